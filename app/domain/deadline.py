"""The time that is left to answer jtel."""

import time

# The network's own time-outs end at the deadline; this is the time they get to say so.
GRACE = 0.25


class Deadline:
    """Counts down from `seconds`; `end` is on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def remaining(self) -> float:
        """The seconds left, never below 0."""
        return max(0.0, self.end - time.monotonic())

"""The time that is left to answer jtel."""

import time


class Deadline:
    """Counts down from `seconds` on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """The seconds left, never below 0."""
        return max(0.0, self._end - time.monotonic())

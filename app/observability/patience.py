"""How long whoever logs may be held up, all lines together."""

import time

# So long at most at once, and then only this share of the time: who goes on taking little is hardly waited for.
PATIENCE_SECONDS = 0.2
_SHARE = 0.02


class Patience:
    """It comes back with time, not with each line that gets through."""

    def __init__(self) -> None:
        # Since then what is spent has been coming back.
        self._empty_at = time.monotonic() - PATIENCE_SECONDS / _SHARE

    def left(self) -> float:
        """In seconds."""
        return min(PATIENCE_SECONDS, max(0.0, (time.monotonic() - self._empty_at) * _SHARE))

    def spend(self, seconds: float) -> None:
        """So long somebody has waited."""
        self._empty_at = time.monotonic() - (self.left() - seconds) / _SHARE

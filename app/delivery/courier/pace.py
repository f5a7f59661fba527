"""How many records a call may have: by the time that they take, and by what the last calls came to."""

import threading
from dataclasses import dataclass

from app.crm.port import MOST_AT_ONCE

# What a record is thought to take before any was measured: one with a few flows.
FIRST_GUESS = 0.05
# With each call what is known of earlier ones counts for half as much.
DECAY = 0.5


@dataclass
class _Group:
    seconds: float = 0.0
    records: float = 0.0
    most: int = MOST_AT_ONCE

    @property
    def each(self) -> float:
        return self.seconds / self.records if self.records else FIRST_GUESS


class Pace:
    """Of one lane, whose calls should end within so many `seconds`. Safe to use from many threads."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._groups: dict[str, _Group] = {}
        self._lock = threading.Lock()

    def most(self, group: str) -> int:
        """How many records of this group may go in the next call."""
        known = self._groups.get(group) or _Group()
        return max(1, min(known.most, int(self._seconds / known.each)))

    def measured(self, group: str, seconds: float, records: int) -> None:
        """A call of so many was answered after so long."""
        with self._lock:
            known = self._groups.setdefault(group, _Group())
            known.most = min(MOST_AT_ONCE, max(known.most, 2 * records))
            if records > 1:
                known.seconds = DECAY * known.seconds + seconds
                known.records = DECAY * known.records + records
            # Most of what one record takes is the call itself: of those that go alone the fastest counts.
            elif not known.records or seconds < known.each:
                known.seconds, known.records = seconds, 1.0

    def unanswered(self, group: str, records: int) -> None:
        """Nobody answered a call of so many: the next one has half of them, down to one record."""
        with self._lock:
            known = self._groups.setdefault(group, _Group())
            if records > 1:
                known.most = records // 2

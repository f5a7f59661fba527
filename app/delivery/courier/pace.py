"""How many records a call may have: by the time that they take, and by what the last calls came to."""

import threading
from dataclasses import dataclass

from app.crm.port import MOST_AT_ONCE

# What a record is thought to take before any was measured: one with a few flows.
FIRST_GUESS = 0.05
# Each call's share of what is known is half of what the next one's will be.
DECAY = 0.5


@dataclass
class _Group:
    seconds: float = FIRST_GUESS
    records: float = 1.0
    most: int = MOST_AT_ONCE


class Pace:
    """Of one lane, whose calls should end within so many `seconds`. Safe to use from many threads."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._groups: dict[str, _Group] = {}
        self._lock = threading.Lock()

    def most(self, group: str) -> int:
        """How many records of this group may go in the next call."""
        known = self._groups.get(group) or _Group()
        return max(1, min(known.most, int(self._seconds * known.records / known.seconds)))

    def measured(self, group: str, seconds: float, records: int, *, answered: bool) -> None:
        """A call of so many took so long. One that nobody has answered halves the next, down to one record."""
        with self._lock:
            known = self._groups.setdefault(group, _Group())
            known.seconds = DECAY * known.seconds + seconds
            known.records = DECAY * known.records + records
            known.most = min(MOST_AT_ONCE, max(known.most, 2 * records)) if answered else max(1, records // 2)

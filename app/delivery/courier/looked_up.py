"""Remembers which names the CRM has been asked for just now, so that only the first callback has to ask."""

import time
from dataclasses import dataclass, field

from app.domain.record import Record, Ref

# The CRM's own memory lasts longer, also of what was not found.
SECONDS = 50.0
MOST = 10_000


@dataclass
class LookedUp:
    """Shared by the threads of a process. What it has forgotten is asked for once more."""

    _until: dict[tuple[str, Ref], float] = field(default_factory=dict)

    def knows(self, record: Record) -> bool:
        """Whether nothing that the record names has to be asked for."""
        now = time.monotonic()
        return all(self._until.get((record.object, ref), 0.0) > now for ref in _refs(record))

    def note(self, record: Record) -> None:
        """The CRM was asked for all that the record names."""
        if len(self._until) > MOST:
            self._until.clear()
        self._until |= {(record.object, ref): time.monotonic() + SECONDS for ref in _refs(record)}


def _refs(record: Record) -> list[Ref]:
    return [value for value in record.fields.values() if isinstance(value, Ref)]

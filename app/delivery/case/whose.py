"""Whose Case it is. A changed callback is another version of its event, with an entry of its own.

A Case is an entry's own if our call said `created`, or if an attempt of the entry is unknown and no other version of
the event was attempted. Else it is in doubt: then the entry is added to the event's latest Case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from app.crm.case import CASE
from app.crm.port import Crm, Found
from app.delivery.case.comments import mark_of
from app.delivery.entry.same_version import other_call
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.record import Written
from app.ledger.ledger import Ledger
from app.waiting import Deadline

# Behind the external id of an event's first version whose own id another version's Case has; the later ones count on.
SUCCESSOR = "-1"


@dataclass(frozen=True)
class EventCases:
    """The Cases of the entry's event. Everything raises `CrmError` and `LedgerError`."""

    crm: Crm
    ledger: Ledger
    entry: Entry
    deadline: Deadline

    @cached_property
    def versions(self) -> list[Entry]:
        """The versions of the entry's callback, the first one first, without another call with the same event id."""
        mine = self.entry
        return [
            known
            for known in self._of_event()
            if known.id == mine.id or not other_call(known.fingerprint, mine.fingerprint)
        ]

    @property
    def unknown(self) -> bool:
        """Whether an attempt of the entry is unknown. This attempt counts if somebody has taken the entry over."""
        return self.entry.unknown or any(known.unknown for known in self.versions if known.id == self.entry.id)

    @property
    def first_id(self) -> str:
        """The external id of the Case that the first version to come through makes."""
        return str(self.versions[0].external_id)

    @property
    def own_id(self) -> str:
        """The external id of a Case that no other version makes."""
        return f"{self.entry.external_id}{SUCCESSOR if self.entry.turn == 1 else ''}"

    def is_own(self) -> bool:
        """Whether the event's first Case is the entry's own, if an attempt of it is unknown: no other was attempted.

        Ask it after the Case was seen: by then the ledger knows whoever has made it.
        """
        return self.entry.merged_into is None and not any(self._attempted(other) for other in self._others())

    def latest(self) -> Found | None:
        """The event's latest Case that is still there."""
        return next(self._all(), None)

    def of_nobody(self, external_id: str) -> Found | None:
        """The Case with this id if no other entry of the event can have made it; who has a comment there has not."""
        found = self._find(external_id)
        if found is None or any(self._may_have_created(found, other) for other in self._others()):
            return None
        return found

    def trace(self, object_name: str = CASE) -> Written | None:
        """What an attempt whose outcome is unknown has done: the entry's record, or its comment."""
        if object_name != CASE:
            found = self.crm.find(object_name, str(self.entry.external_id), self.deadline)
            return found.written() if found is not None else None
        own = self._find(self.own_id)
        if own is None and (first := self._find(self.first_id)) is not None and self.is_own():
            own = first
        return own.written() if own is not None else self._comment()

    def _comment(self) -> Written | None:
        merged_into = self.ledger.get(self.entry.merged_into) if self.entry.merged_into is not None else None
        merged = case_of(self.crm, merged_into, self.deadline) if merged_into is not None else None
        for found in chain([merged] if merged is not None else [], self._all()):
            if self._has_comment(found, self.entry):
                return found.written(updated=True)
        return None

    def _all(self) -> Iterator[Found]:
        """The event's Cases that are still there, the latest first."""
        known = self._records()
        for record_id in known:
            found = self.crm.find_by_id(CASE, record_id, self.deadline)
            if found is not None:
                yield found
        # The ledger may not know of the first.
        found = self._find(self.first_id)
        if found is not None and found.id not in known:
            yield found

    def _records(self) -> list[str]:
        """The records of the versions, each once, the one that was made last first."""
        delivered = [known for known in self.versions if known.state is State.DELIVERED and known.record_id]
        delivered.sort(key=lambda known: (known.delivered_at or 0, known.turn))
        return list(dict.fromkeys(str(known.record_id) for known in delivered))[::-1]

    def _of_event(self) -> list[Entry]:
        return self.ledger.of_event(self.entry.source, str(self.entry.event_id))

    def _others(self) -> list[Entry]:
        return [known for known in self._of_event() if known.id != self.entry.id]

    def _attempted(self, other: Entry) -> bool:
        """Whether an attempt of the other may have written something."""
        # A later version that was claimed together with this one waits until this one is settled.
        waits = other.lease == self.entry.lease and other.turn > self.entry.turn
        return other.unknown or other.state is State.DELIVERED or (other.state is State.RECEIVED and not waits)

    def _may_have_created(self, found: Found, other: Entry) -> bool:
        if not self._attempted(other):
            return False
        return other.state is not State.DELIVERED or not self._has_comment(found, other)

    def _has_comment(self, found: Found, entry: Entry) -> bool:
        try:
            return self.crm.has_comment(found.id, mark_of(entry, found.id, self.ledger.codec), self.deadline)
        except CrmError as error:
            # Who may not read comments has written none.
            if error.is_refusal:
                return False
            raise

    def _find(self, external_id: str) -> Found | None:
        return self.crm.find(CASE, external_id, self.deadline)


def case_of(crm: Crm, entry: Entry, deadline: Deadline) -> Found | None:
    """The Case of a delivered entry if it is still there. Raises `CrmError`."""
    if entry.record_id is not None:
        return crm.find_by_id(CASE, entry.record_id, deadline)
    return crm.find(CASE, str(entry.external_id), deadline)

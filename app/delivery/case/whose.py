"""What has been made of an entry: a Case of its own, or its comment on another's.

The ledger knows it of attempts that ended well. Of one whose outcome is unknown, or without the ledger, the CRM does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from app.crm.port import Crm, Found
from app.delivery.case.comments import mark_of
from app.delivery.case.contents import contents_of_call, may_have_first_id, records_of
from app.delivery.case.description import Description
from app.delivery.late import FIELD
from app.domain.deadline import Deadline
from app.domain.entry import Entry
from app.domain.errors import CrmError
from app.domain.reasons import Scope
from app.domain.record import Dropped, Written
from app.ledger.codec import Codec
from app.ledger.ledger import Ledger

# Only these can be closed and commented on.
OBJECT = "Case"
# Behind the external id of an event's first content whose own id another content's Case has; the later ones count on.
SUCCESSOR = "-1"


@dataclass(frozen=True)
class Made:
    """Looks in the CRM. Without its `description` an entry cannot be compared with a Case.

    `call` are the contents of its call, `merged_into` is the entry on whose Case its comment may be. Raises `CrmError`.
    """

    crm: Crm
    entry: Entry
    description: Description | None
    call: Sequence[Entry]
    merged_into: Entry | None
    codec: Codec
    deadline: Deadline

    @classmethod
    def of(cls, crm: Crm, ledger: Ledger, entry: Entry, description: Description | None, deadline: Deadline) -> "Made":
        """Raises `LedgerError`."""
        merged_into = ledger.get(entry.merged_into) if entry.merged_into is not None else None
        return cls(crm, entry, description, contents_of_call(ledger, entry), merged_into, ledger.codec, deadline)

    def find(self, object_name: str = OBJECT) -> Written | None:
        """What attempts whose outcome is unknown have made."""
        if object_name != OBJECT:
            found = self.crm.find(object_name, str(self.entry.external_id), self.deadline)
            return found.written() if found is not None else None
        return self._own() or self._comment()

    def says(self, case_id: str, dropped: Sequence[Dropped] = ()) -> bool | None:
        """Whether the Case says what the entry does; none where that cannot be told, as without a description."""
        if self.description is None or FIELD in {one.field for one in (*dropped, *self.entry.dropped)}:
            return None
        return self.description.is_said_by(self.crm, case_id, self.deadline)

    def is_own(self, said: bool | None, *, doubtful: bool) -> bool:
        """Whether the event's first Case, which has `said` so, is the entry's own; `doubtful`: it may have made it."""
        return bool(said) or (said is None and doubtful and may_have_first_id(self.entry, self.call))

    def latest(self) -> Found | None:
        """The event's latest Case that is still there."""
        return next(self._cases(), None)

    def is_anothers(self, found: Found) -> bool:
        """Whether the ledger knows the content that has made the Case: one that is there, and not as a comment."""
        there = [one for one in self.call if one.id != self.entry.id and one.record_id == found.id]
        return any(not self._has_comment(found, one) for one in there)

    def _first(self) -> Found | None:
        return self.crm.find(OBJECT, str(self.call[0].external_id), self.deadline)

    def _own(self) -> Written | None:
        """Under the id that nobody else takes; or as the event's first Case, if it is this content's."""
        first = self.entry.turn == 1
        found = self.crm.find(OBJECT, f"{self.entry.external_id}{SUCCESSOR if first else ''}", self.deadline)
        if found is not None:
            return found.written()
        found = self._first()
        if found is None or (not first and self.is_anothers(found)):
            return None
        return found.written() if self.is_own(self.says(found.id), doubtful=True) else None

    def _comment(self) -> Written | None:
        merged = case_of(self.crm, self.merged_into, self.deadline) if self.merged_into is not None else None
        for found in chain([merged] if merged is not None else [], self._cases()):
            if self._has_comment(found, self.entry):
                return found.written(updated=True)
        return None

    def _has_comment(self, found: Found, entry: Entry) -> bool:
        try:
            return self.crm.has_comment(found.id, mark_of(entry, found.id, self.codec), self.deadline)
        except CrmError as error:
            # Who may not read comments has written none.
            if error.scope in (Scope.CALLBACK, Scope.RULE):
                return False
            raise

    def _cases(self) -> Iterator[Found]:
        """The event's Cases that are still there, the latest first."""
        known = records_of(self.call)
        for record_id in reversed(known):
            found = self.crm.find_by_id(OBJECT, record_id, self.deadline)
            if found is not None:
                yield found
        # One may be there that the ledger does not know.
        found = self._first()
        if found is not None and found.id not in known:
            yield found


def case_of(crm: Crm, entry: Entry, deadline: Deadline) -> Found | None:
    """The Case of a delivered entry if it is still there. Raises `CrmError`."""
    if entry.record_id is not None:
        return crm.find_by_id(OBJECT, entry.record_id, deadline)
    return crm.find(OBJECT, str(entry.external_id), deadline)

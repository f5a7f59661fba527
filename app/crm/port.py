"""What delivery asks of a CRM."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from app.crm.case import CASE
from app.crm.mark import Mark
from app.crm.org import Org, Wanted
from app.domain.errors import CrmError
from app.domain.record import Outgoing, Record, Value, Written
from app.waiting import Deadline

# In one call, and the bytes of their fields.
MOST_AT_ONCE = 200
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Found:
    """A record that is there."""

    id: str
    number: str | None
    closed: bool
    org_id: str | None = None
    object: str = CASE

    def written(self, *, updated: bool = False, sent: Outgoing | None = None) -> Written:
        """As the result of an attempt that has found it; `sent` is what it has added."""
        return Written(
            self.id, self.number, created=False, org_id=self.org_id, updated=updated, object=self.object, sent=sent
        )


class Promise(Enum):
    """What a CRM can promise of a record that it is asked to create twice with the same external id."""

    UNIQUE = "unique"  # it keeps the second one out, whenever and by whomever it is asked
    TOKEN = "token"  # noqa: S105 (it knows the same call again, for a time)
    NONE = "none"


class Crm(Protocol):
    """A place for records, as one of them needs it. Safe to use from many threads; every method raises `CrmError`.

    The error's `outcome_unknown` says that what was asked may have been done all the same; asking again is safe, which
    needs a CRM that promises `UNIQUE`.
    """

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """Creates the record unless one with this external id is there already; never two, whatever races."""
        ...

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        """The record with this external id."""
        ...

    def find_by_id(self, object_name: str, record_id: str, deadline: Deadline) -> Found | None:
        """The record with the CRM's own id."""
        ...

    def comment(self, record_id: str, text: str, mark: Mark, deadline: Deadline) -> None:
        """Adds a comment to a Case unless one that has `mark` is there already, or comes there meanwhile."""
        ...

    def has_comment(self, record_id: str, mark: Mark, deadline: Deadline) -> bool:
        """Whether a Case has a comment that has `mark`."""
        ...

    def set_time(self, record_id: str, field: str, at: datetime, deadline: Deadline) -> None:
        """Sets a field of a Case to a time, as its type wants it; may be repeated."""
        ...


class BatchCrm(Crm, Protocol):
    """The same, and what sending many records together needs."""

    @property
    def promise(self) -> Promise:
        """What holds for every record that it creates."""
        ...

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        """As `create` for up to `MOST_AT_ONCE` records of one group with their external ids in one call: a result each.

        Raises `CrmError` only when nothing is known of any of them.
        """
        ...

    def look_up(self, records: Sequence[Record], deadline: Deadline) -> Sequence[CrmError | None]:
        """Finds what the refs of records name, and remembers it for when they are created.

        For each record the error of `Resolver.resolve`, if there is one. Raises `CrmError` when none can be looked up.
        """
        ...

    def group(self, record: Record) -> str:
        """Which records may go together: those of the same group. Refs need not be resolved for it."""
        ...

    def size(self, record: Record) -> int:
        """How many bytes of a call it takes at most. Refs need not be resolved for it."""
        ...


class KnownIndexes(Protocol):
    """Keeps for all processes which objects' external ids were seen to be unique, by org. Raises nothing."""

    def seen_at(self, org: str, object_name: str, field: str) -> float | None:
        """When that was seen last, in seconds since 1970; 0 if never, none if it cannot be read now."""
        ...

    def keep(self, org: str, object_name: str, field: str, at: float) -> None:
        """It was seen then."""
        ...

    def forget(self, org: str, object_name: str, field: str) -> None:
        """It was seen not to be so."""
        ...


class Resolver(Protocol):
    """Finds what a record's refs name in the org, and changes nothing in it."""

    def resolve(self, record: Record, deadline: Deadline) -> Mapping[str, Value]:
        """The record's fields with an id in the place of each ref.

        Raises `CrmError` that names the fields whose ref leads nowhere; it names none when the org cannot be asked.
        """
        ...


class Inspector(Protocol):
    """Looks at an org, and changes nothing in it."""

    def look(self, wanted: Wanted, deadline: Deadline) -> Org:
        """The org as our user sees it. Raises `CrmError` when nothing can be said of it."""
        ...

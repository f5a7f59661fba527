"""Which entries a person means, by what they have in common."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from app.domain.entry import State
from app.ledger.tables import entry

# What somebody may still have to care for.
OPEN = (State.RECEIVED, State.WAITING, State.REFUSED, State.FAILED, State.INVALID)


@dataclass(frozen=True)
class Choice:
    """All conditions have to be met; one that is empty is met by all.

    `since` and `before` are seconds since 1970, both about when the callback came. `numbers` are the codec's hashes.
    `with_payload` leaves out what nobody can care for any more, since what jtel sent has been removed.
    """

    states: Collection[State] = ()
    sources: Collection[str] = ()
    reasons: Collection[str] = ()
    since: float | None = None
    before: float | None = None
    numbers: Collection[str] = ()
    with_payload: bool = False

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The same in SQL."""
        if self.states:
            yield entry.c.state.in_([state.value for state in self.states])
        if self.sources:
            yield entry.c.source.in_(self.sources)
        if self.reasons:
            yield entry.c.reason.in_(self.reasons)
        if self.numbers:
            yield entry.c.number_index.in_(self.numbers)
        if self.with_payload:
            yield entry.c.purged_at.is_(None)
        if self.since is not None:
            yield entry.c.received_at >= self.since
        if self.before is not None:
            yield entry.c.received_at <= self.before

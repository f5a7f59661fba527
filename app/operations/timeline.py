"""What happened to an entry, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.delivery.entry.changes import EDITED
from app.delivery.entry.states import Event
from app.domain.entry import Entry
from app.operations.described import iso

_DECISIONS = {EDITED, *(event.value for event in (Event.DISCARDED, Event.GAVE_UP, Event.SKIPPED))}


@dataclass(frozen=True)
class Moment:
    """`what` is "received", "attempt", "delivered", "payload removed", or what was decided without an attempt:
    "discarded", "edited", "gave up", "skipped". `runner` and `config` are there for what somebody did, `asked_by` and
    `note` for what a person asked for, the rest for an attempt only.
    """

    at: float
    what: str
    ms: int | None = None
    runner: str | None = None
    outcome: str | None = None
    reason: str | None = None
    code: str | None = None
    message: str | None = None
    config: str | None = None
    asked_by: str | None = None
    note: str | None = None

    def described(self) -> dict[str, Any]:
        """As JSON, without what is not known."""
        values = {**vars(self), "at": iso(self.at)}
        values["askedBy"] = values.pop("asked_by")
        return {name: value for name, value in values.items() if value is not None}


def timeline(entry: Entry, attempts: Sequence[Row[Any]]) -> list[Moment]:
    """`attempts` are those of the entry, as `Ledger.attempts` has them."""
    moments = [Moment(entry.received_at, "received"), *map(_moment, attempts)]
    if entry.delivered_at is not None:
        moments.append(Moment(entry.delivered_at, "delivered"))
    if entry.purged_at is not None:
        moments.append(Moment(entry.purged_at, "payload removed"))
    # What was sent again after its payload had been removed has been attempted before it was received.
    return sorted(moments, key=lambda one: one.at)


def _moment(row: Row[Any]) -> Moment:
    names = "runner", "config", "reason", "message", "asked_by", "note"
    known = {name: row._mapping[name] for name in names}
    if row.outcome in _DECISIONS:
        return Moment(row.started_at, row.outcome, **known)
    return Moment(row.started_at, "attempt", ms=row.ms, outcome=row.outcome, code=row.code, **known)

"""A row of the model's ledger: what of an entry decides how it goes on. Times are told from now only."""

from functools import cache
from typing import NamedTuple

from app.domain.entry import Change, Entry, State

_MINUTE = 60.0


class Row(NamedTuple):
    """`runs` is whether the lease still does, `due` whether its time has come."""

    state: str = State.RECEIVED.value
    lease: str | None = None
    runs: bool | None = None
    due: bool | None = None
    promised: bool = False
    unknown: bool = False
    attempts: int = 0


@cache
def entry_of(row: Row) -> Entry:
    """The row as the ledger gives it, where the time is 0."""
    return Entry(
        id=1,
        source="default",
        event_id="1",
        turn=1,
        state=State(row.state),
        received_at=0.0,
        body=b"",
        query=b"",
        request_id="",
        lease=row.lease,
        lease_until=None if row.runs is None else _MINUTE if row.runs else -_MINUTE,
        due_at=None if row.due is None else -_MINUTE if row.due else _MINUTE,
        promised=row.promised,
        unknown=row.unknown,
        attempts=row.attempts,
    )


def changed(row: Row, change: Change, most_attempts: int = 0) -> Row:
    """The row with the new values. More attempts than `most_attempts` are alike."""
    values = {name: change[name] for name in ("lease", "promised", "unknown") if name in change}
    if "state" in change:
        values["state"] = change["state"].value
    if "attempts" in change:
        values["attempts"] = min(change["attempts"], most_attempts)
    if "lease_until" in change:
        values["runs"] = None if change["lease_until"] is None else change["lease_until"] >= 0
    if "due_at" in change:
        values["due"] = None if change["due_at"] is None else change["due_at"] <= 0
    return row._replace(**values)


def claimed(row: Row) -> Row:
    """What whoever attempts it has to remember of the row."""
    return row._replace(runs=None, due=None, attempts=0)

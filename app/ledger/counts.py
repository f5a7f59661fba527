"""Counts callbacks for people who look, by indexes only: however many there are, a look costs little."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, cast, func, or_, select

from app.domain.entry import State
from app.ledger.database import Database
from app.ledger.tables import entry

HOUR = 3600.0
# What was answered with a 500 needs nobody any more when it is old; what has failed does, however old it is.
_REFUSED = (State.REFUSED.value, State.INVALID.value)
_STANDING = (*_REFUSED, State.FAILED.value, State.WAITING.value)


class ReasonCount(NamedTuple):
    """So many callbacks are in this state for this reason; the oldest came then. `message` is of the newest."""

    state: State
    reason: str
    callbacks: int
    oldest: float
    message: str | None


def by_hour(database: Database, since: float, hours: int) -> list[Counter[State]]:
    """The callbacks that came in each of so many hours since then, by their state now. Raises `LedgerError`."""
    hour = _hour(database, since)
    # All states are named, for the index.
    came = entry.c.state.in_([state.value for state in State]), entry.c.received_at >= since
    counted = select(entry.c.state, hour, func.count()).where(*came).group_by(entry.c.state, hour)
    counts: list[Counter[State]] = [Counter() for _ in range(hours)]
    with database.read() as connection:
        for state, number, count in connection.execute(counted):
            # A clock may have been set back.
            counts[min(number, hours - 1)][State(state)] += count
    return counts


def dropped_by_hour(database: Database, since: float, hours: int) -> list[int]:
    """How many of them lack fields. Raises `LedgerError`."""
    hour = _hour(database, since)
    lacking = entry.c.dropped.is_not(None), entry.c.received_at >= since
    counts = [0] * hours
    with database.read() as connection:
        for number, count in connection.execute(select(hour, func.count()).where(*lacking).group_by(hour)):
            counts[min(number, hours - 1)] += count
    return counts


def by_reason(database: Database, since: float) -> list[ReasonCount]:
    """What waits, has failed, or was refused since then, the most first. Raises `LedgerError`."""
    state, reason = entry.c.state, entry.c.reason
    recent = or_(state.not_in(_REFUSED), entry.c.received_at >= since)
    columns = state, reason, func.count(), func.min(entry.c.received_at), func.max(entry.c.received_at)
    counted = select(*columns).where(reason.is_not(None), state.in_(_STANDING), recent).group_by(reason, state)
    with database.read() as connection:
        rows = connection.execute(counted).all()
        found = []
        for group, word, count, oldest, newest in rows:
            of_newest = reason == word, state == group, entry.c.received_at == newest
            said = connection.execute(select(entry.c.message).where(*of_newest).limit(1)).scalar()
            found.append(ReasonCount(State(group), word, count, oldest, said))
    return sorted(found, key=lambda one: -one.callbacks)


def oldest_waiting(database: Database, limit: int) -> Sequence[int]:
    """The ids of what has waited longest. Raises `LedgerError`."""
    waiting = select(entry.c.id).where(entry.c.state == State.WAITING.value).order_by(entry.c.received_at)
    with database.read() as connection:
        return connection.execute(waiting.limit(limit)).scalars().all()


def _hour(database: Database, since: float) -> ColumnElement[int]:
    hours = (entry.c.received_at - since) / HOUR
    # Postgres rounds where SQLite cuts.
    return cast(hours if database.sqlite else func.floor(hours), Integer)

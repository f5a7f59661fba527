"""Counts callbacks for people who look, by indexes only: however many there are, a look costs little."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, Select, cast, func, literal, select, true, union_all

from app.domain.entry import State
from app.domain.reasons import Reason
from app.ledger.database import Database
from app.ledger.tables import entry

HOUR = 3600.0
# What was answered with a 500 needs nobody any more when it is old; what has failed does, however old it is.
_REFUSED = (State.REFUSED, State.INVALID)
_STANDING = (*_REFUSED, State.FAILED, State.WAITING)


class ReasonCount(NamedTuple):
    """So many callbacks are in this state for this reason; the oldest came then. `message` is of the newest."""

    state: State
    reason: str
    callbacks: int
    oldest: float
    message: str | None


def by_hour(database: Database, since: float, hours: int) -> list[Counter[State]]:
    """The callbacks that came in each of so many hours since then, by their state now. Raises `LedgerError`.

    Each is a count along an index, which is many times faster than to put all of them into groups.
    """
    hour = union_all(*(select(literal(number).label("number")) for number in range(hours))).subquery()
    state = union_all(*(select(literal(one.value).label("state")) for one in State)).subquery()
    begin = since + hour.c.number * HOUR
    came = entry.c.state == state.c.state, entry.c.received_at >= begin, entry.c.received_at < begin + HOUR
    count = select(func.count()).select_from(entry).where(*came).scalar_subquery()
    counted = select(hour.c.number, state.c.state, count).select_from(hour.join(state, true()))
    counts: list[Counter[State]] = [Counter() for _ in range(hours)]
    with database.read() as connection:
        for number, word, found in connection.execute(counted):
            counts[number][State(word)] = found
    return counts


def dropped_by_hour(database: Database, since: float, hours: int) -> list[int]:
    """How many of them lack fields. Raises `LedgerError`."""
    return _by_hour(database, since, hours, entry.c.dropped.is_not(None))


def skipped_by_hour(database: Database, since: float, hours: int) -> list[int]:
    """How many of them were skipped by a rule. Raises `LedgerError`."""
    return _by_hour(database, since, hours, entry.c.reason == Reason.SKIPPED_BY_RULE.word)


def _by_hour(database: Database, since: float, hours: int, condition: ColumnElement[bool]) -> list[int]:
    hour = _hour(database, since)
    these = select(hour, func.count()).where(condition, entry.c.received_at >= since).group_by(hour)
    counts = [0] * hours
    with database.read() as connection:
        for number, count in connection.execute(these):
            counts[min(number, hours - 1)] += count
    return counts


def by_reason(database: Database, since: float) -> list[ReasonCount]:
    """What waits, has failed, or was refused since then, the most first. Raises `LedgerError`."""
    with database.read() as connection:
        found = [
            _of_reason(connection, reason, state, since if state in _REFUSED else 0.0)
            for reason in _reasons(connection)
            for state in _STANDING
        ]
    return sorted((one for one in found if one.callbacks), key=lambda one: -one.callbacks)


def reasons_of_failed(database: Database) -> Counter[str]:
    """How many have failed, by their reasons. Raises `LedgerError`."""
    with database.read() as connection:
        reasons = _reasons(connection)
        return Counter({one: _of_reason(connection, one, State.FAILED, 0.0).callbacks for one in reasons})


def _reasons(connection: Connection) -> list[str]:
    """Every reason that there is: a look into the index for each, however many callbacks have it."""
    reasons: list[str] = []
    following: Select[Any] = select(func.min(entry.c.reason)).where(entry.c.reason.is_not(None))
    while reason := connection.execute(following).scalar():
        reasons.append(reason)
        following = select(func.min(entry.c.reason)).where(entry.c.reason > reason)
    return reasons


def _of_reason(connection: Connection, reason: str, state: State, since: float) -> ReasonCount:
    at = entry.c.received_at
    these = entry.c.reason == reason, entry.c.state == state.value, at >= since
    count, oldest, newest = connection.execute(select(func.count(), func.min(at), func.max(at)).where(*these)).one()
    said = select(entry.c.message).where(*these, at == newest).limit(1)
    return ReasonCount(state, reason, count, oldest or 0.0, connection.execute(said).scalar() if count else None)


def oldest_waiting(database: Database, limit: int) -> Sequence[int]:
    """The ids of what has waited longest. Raises `LedgerError`."""
    waiting = select(entry.c.id).where(entry.c.state == State.WAITING.value).order_by(entry.c.received_at)
    with database.read() as connection:
        return connection.execute(waiting.limit(limit)).scalars().all()


def _hour(database: Database, since: float) -> ColumnElement[int]:
    hours = (entry.c.received_at - since) / HOUR
    # Postgres rounds where SQLite cuts.
    return cast(hours if database.sqlite else func.floor(hours), Integer)

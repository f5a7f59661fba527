"""Counts callbacks for people who look, by indexes only: however many there are, a look costs little."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, cast, func, literal, select, true, union_all

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
    counted = _by_reason(database, {state: since if state in _REFUSED else 0.0 for state in _STANDING})
    return sorted(counted, key=lambda one: (-one.callbacks, one.reason, _STANDING.index(one.state)))


def reasons_of_failed(database: Database) -> Counter[str]:
    """How many have failed, by their reasons. Raises `LedgerError`."""
    return Counter({one.reason: one.callbacks for one in _by_reason(database, {State.FAILED: 0.0})})


def _by_reason(database: Database, states: Mapping[State, float]) -> list[ReasonCount]:
    """What came in each of these states since then: a look into the index for each of their reasons."""
    known = select(func.min(entry.c.reason).label("reason")).where(entry.c.reason.is_not(None)).cte(recursive=True)
    following = select(func.min(entry.c.reason)).where(entry.c.reason > known.c.reason).scalar_subquery()
    reason = known.union_all(select(following).where(known.c.reason.is_not(None)))
    rows = (select(literal(one.value).label("state"), literal(since).label("since")) for one, since in states.items())
    state, at = union_all(*rows).subquery(), entry.c.received_at
    these = entry.c.reason == reason.c.reason, entry.c.state == state.c.state, at >= state.c.since
    count = select(func.count()).select_from(entry).where(*these).scalar_subquery()
    oldest = select(func.min(at)).where(*these).scalar_subquery()
    message = select(entry.c.message).where(*these).order_by(at.desc()).limit(1).scalar_subquery()
    counted = select(state.c.state, reason.c.reason, count, oldest, message).select_from(reason.join(state, true()))
    with database.read() as connection:
        found = connection.execute(counted.where(reason.c.reason.is_not(None))).all()
    return [ReasonCount(State(word), *rest) for word, *rest in found if rest[1]]


def oldest_waiting(database: Database, limit: int) -> Sequence[int]:
    """The ids of what has waited longest. Raises `LedgerError`."""
    waiting = select(entry.c.id).where(entry.c.state == State.WAITING.value).order_by(entry.c.received_at)
    with database.read() as connection:
        return connection.execute(waiting.limit(limit)).scalars().all()


def _hour(database: Database, since: float) -> ColumnElement[int]:
    hours = (entry.c.received_at - since) / HOUR
    # Postgres rounds where SQLite cuts.
    return cast(hours if database.sqlite else func.floor(hours), Integer)

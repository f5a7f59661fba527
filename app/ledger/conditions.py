"""What the engine asks of entries and writes into many at once, in SQL.

`app/delivery/entry` says the same of an `Entry`; a test compares the two over all entries that there can be.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.domain.entry import UNFINISHED, State
from app.domain.reasons import Reason
from app.ledger.tables import entry

Time = ColumnElement[float]
IS_UNFINISHED = entry.c.state.in_([state.value for state in UNFINISHED])


def is_free(now: Time) -> ColumnElement[bool]:
    """No lease runs: as `lease_runs`, the other way round."""
    return or_(entry.c.lease_until.is_(None), entry.c.lease_until < now)


def may_be_claimed(now: Time, *, whenever: bool) -> ColumnElement[bool]:
    """As `claim_by_engine`."""
    waits = entry.c.state == State.WAITING.value
    due = waits if whenever else and_(waits, entry.c.due_at <= now)
    # The first is said by itself, for the index.
    return and_(IS_UNFINISHED, is_free(now), or_(due, entry.c.state == State.RECEIVED.value))


def claimed(lease: str, until: Time) -> dict[str, Any]:
    """The new values of what an engine claims."""
    return {
        "unknown": or_(entry.c.unknown, entry.c.state == State.RECEIVED.value),
        "state": State.RECEIVED.value,
        "promised": True,
        "reason": None,
        "message": None,
        "lease": lease,
        "lease_until": until,
    }


def is_held(lease: str) -> ColumnElement[bool]:
    """As `renew`."""
    return and_(entry.c.lease == lease, entry.c.state == State.RECEIVED.value)


def waits_for_a_pause(now: Time) -> ColumnElement[bool]:
    """As `resume`."""
    later = or_(entry.c.due_at.is_(None), entry.c.due_at > now)
    own_time = entry.c.reason == Reason.CASE_NOT_VISIBLE.word
    return and_(entry.c.state == State.WAITING.value, later, or_(entry.c.reason.is_(None), ~own_time))

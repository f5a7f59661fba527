"""What is no longer to be kept of wishes. Each call is one short transaction."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, func, update

from app.domain.callback_wish import PENDING
from app.ledger.batches import change_rows, count_rows, remove_rows
from app.ledger.database import Database
from app.ledger.tables import wish

Conditions = tuple[ColumnElement[bool], ...]
RemoveWishes = Callable[[Database, Conditions], int]
_WITH_PAYLOAD = wish.c.purged_at.is_(None)


def wishes_before(before: float) -> Conditions:
    """Those that came before then, unless jtel is being asked still."""
    return wish.c.received_at < before, func.coalesce(wish.c.lease_until, 0.0) < before


def wishes_since(since: float, before: float, *, pending: bool) -> Conditions:
    """Those that came in this time and still have what was asked for.

    `pending` are those that somebody has to care for, else those that nobody has to.
    """
    open_states = [state.value for state in PENDING]
    cared_for = wish.c.state.in_(open_states) if pending else wish.c.state.not_in(open_states)
    return cared_for, wish.c.received_at >= since, *wishes_before(before), _WITH_PAYLOAD


def count_wishes(database: Database, conditions: Conditions) -> int:
    """How many meet all conditions. Raises `LedgerError`."""
    return count_rows(database, wish, conditions)


def remove_asked(database: Database, conditions: Conditions) -> int:
    """Leaves only the skeleton of a batch of them; says how many. Raises `LedgerError`."""
    skeleton = {
        "asked": b"",
        "sealed_with": None,
        "number_index": None,
        "message": None,
        "purged_at": database.now(),
    }
    skeletons = update(wish).values(skeleton)
    return change_rows(database, wish, (*conditions, _WITH_PAYLOAD), lambda ids: skeletons.where(wish.c.id.in_(ids)))


def remove_wishes(database: Database, conditions: Conditions) -> int:
    """Removes a batch of them; says how many. Raises `LedgerError`."""
    return remove_rows(database, wish, conditions)

"""What is no longer to be kept of wishes. Each call is one short transaction."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from app.domain.callback_wish import PENDING
from app.ledger.database import Database
from app.ledger.tables import wish

# So many at a time keep no request waiting.
BATCH = 200
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
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(wish).where(*conditions)).scalar_one())


def remove_asked(database: Database, conditions: Conditions) -> int:
    """Leaves only the skeleton of a batch of them; says how many. Raises `LedgerError`."""
    chosen = select(wish.c.id).where(*conditions, _WITH_PAYLOAD).limit(BATCH).with_for_update(skip_locked=True)
    skeleton = {
        "asked": b"",
        "sealed_with": None,
        "number_index": None,
        "message": None,
        "purged_at": database.now(),
    }
    return _each(database, chosen, lambda ids: update(wish).where(wish.c.id.in_(ids)).values(skeleton))


def remove_wishes(database: Database, conditions: Conditions) -> int:
    """Removes a batch of them; says how many. Raises `LedgerError`."""
    chosen = select(wish.c.id).where(*conditions).limit(BATCH).with_for_update(skip_locked=True)
    return _each(database, chosen, lambda ids: delete(wish).where(wish.c.id.in_(ids)))


def _each(database: Database, chosen: Any, deed: Any) -> int:
    def do(connection: Connection) -> int:
        ids = connection.execute(chosen).scalars().all()
        if ids:
            connection.execute(deed(ids))
        return len(ids)

    return database.write(do)

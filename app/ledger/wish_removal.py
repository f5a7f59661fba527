"""What is no longer to be kept of wishes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from app.domain.callback_wish import PENDING
from app.ledger.batches import Conditions, change_batch
from app.ledger.database import Database
from app.ledger.tables import wish

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


def remove_asked(database: Database, conditions: Conditions) -> int:
    """Leaves only the skeleton of a batch of them; says how many. Raises `LedgerError`."""
    chosen = select(wish.c.id).where(*conditions, _WITH_PAYLOAD)
    skeleton = {
        "asked": b"",
        "sealed_with": None,
        "number_index": None,
        "message": None,
        "purged_at": database.now(),
    }

    def remove(connection: Connection, rows: Sequence[Row[Any]]) -> None:
        connection.execute(update(wish).where(wish.c.id.in_([row.id for row in rows])).values(skeleton))

    return change_batch(database, chosen, remove)

"""Counts and removes rows that meet all conditions. Each call is one short transaction."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Delete, Table, Update, delete, func, select

from app.ledger.database import Database

# So many at a time keep no request waiting.
BATCH = 200


def count_rows(database: Database, table: Table, conditions: Iterable[ColumnElement[bool]]) -> int:
    """How many there are. Raises `LedgerError`."""
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def remove_rows(database: Database, table: Table, conditions: Iterable[ColumnElement[bool]]) -> int:
    """Removes a batch of them; says how many. Raises `LedgerError`."""
    return change_rows(database, table, conditions, lambda ids: delete(table).where(table.c.id.in_(ids)))


def change_rows(
    database: Database,
    table: Table,
    conditions: Iterable[ColumnElement[bool]],
    change: Callable[[Any], Delete | Update],
) -> int:
    """Does what `change` makes of the ids of a batch of them; says how many. Raises `LedgerError`."""
    chosen = select(table.c.id).where(*conditions).limit(BATCH).with_for_update(skip_locked=True)

    def do(connection: Connection) -> int:
        ids = connection.execute(chosen).scalars().all()
        if ids:
            connection.execute(change(ids))
        return len(ids)

    return database.write(do)

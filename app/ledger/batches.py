"""What is removed of the ledger goes in batches, each in one short transaction."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, func, select

from app.ledger.database import Database

# So many at a time keep no request waiting.
BATCH = 200
Conditions = Sequence[ColumnElement[bool]]


def remove_rows(database: Database, table: Table, conditions: Conditions) -> int:
    """Removes a batch of such rows, with what hangs on them; says how many. Raises `LedgerError`."""

    def remove(connection: Connection, rows: Sequence[Row[Any]]) -> None:
        connection.execute(delete(table).where(table.c.id.in_([row.id for row in rows])))

    return change_batch(database, select(table.c.id).where(*conditions), remove)


def change_batch(
    database: Database, chosen: Select[Any], change: Callable[[Connection, Sequence[Row[Any]]], object]
) -> int:
    """Locks a batch of the chosen rows for `change`; says how many. Raises `LedgerError`."""
    locked = chosen.limit(BATCH).with_for_update(skip_locked=True)

    def do(connection: Connection) -> int:
        rows = connection.execute(locked).all()
        if rows:
            change(connection, rows)
        return len(rows)

    return database.write(do)


class Removal(NamedTuple):
    """The rows of a table that meet all conditions. `empty` leaves their skeletons, else they go as a whole."""

    table: Table
    conditions: Conditions
    empty: Callable[[Database, Conditions], int] | None = None

    def count_rows(self, database: Database) -> int:
        """How many they are. Raises `LedgerError`."""
        counted = select(func.count()).select_from(self.table).where(*self.conditions)
        with database.read() as connection:
            return int(connection.execute(counted).scalar_one())

    def run(self, database: Database) -> int:
        """Removes a batch of them; says how many. Raises `LedgerError`."""
        if self.empty is not None:
            return self.empty(database, self.conditions)
        return remove_rows(database, self.table, self.conditions)

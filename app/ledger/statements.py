"""The statements that each callback needs: made once for each kind of database, and run by its driver."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam, insert, select, update
from sqlalchemy.sql.expression import ClauseElement

from app.ledger.database import Database
from app.ledger.driver import execute
from app.ledger.rows import STATE_COLUMNS
from app.ledger.tables import attempt, entry

Values = Mapping[str, Any]
# What the database says itself.
_CLOCKED = (entry.c.id, entry.c.received_at, entry.c.lease_until)
_NEW = [column.name for column in entry.columns if column not in _CLOCKED]
_LINE = [column.name for column in attempt.columns if column is not attempt.c.id]


class Statements:
    """Those of SQLite or of Postgres. Each runs in the transaction of the `connection`."""

    def __init__(self, database: Database) -> None:
        dialect, now = database.engine.dialect, database.now()
        clocked = {"received_at": now, "lease_until": now + bindparam("lease_seconds")}
        new = database.insert(entry).values({**{name: bindparam(name) for name in _NEW}, **clocked})
        unique = [entry.c.source, entry.c.event_id, entry.c.turn]
        self._insert = _Text(new.on_conflict_do_nothing(index_elements=unique).returning(*_CLOCKED), dialect)
        by_id = entry.c.id == bindparam("row")
        self._lock = _Text(select(*STATE_COLUMNS, now).where(by_id).with_for_update(), dialect)
        self._note = _Text(insert(attempt), dialect, _LINE)
        self._update = cache(lambda names: _Text(update(entry).where(by_id), dialect, names))

    def insert(self, connection: Connection, values: Values, lease_seconds: float | None) -> Any:
        """Id, time and end of the lease of a new entry; nothing if there is one of its source, event and turn."""
        row = {**dict.fromkeys(_NEW), **values, "lease_seconds": lease_seconds}
        return self._insert.run(connection, row).fetchone()

    def lock(self, connection: Connection, entry_id: int) -> Any:
        """The columns of an entry but for its payload, and the time. Nobody else changes it until the end."""
        return self._lock.run(connection, {"row": entry_id}).fetchone()

    def update(self, connection: Connection, entry_id: int, values: Values) -> None:
        """Changes these columns of an entry."""
        self._update(tuple(values)).run(connection, {**values, "row": entry_id})

    def note(self, connection: Connection, entry_id: int, line: Values) -> None:
        """Keeps the line of an attempt."""
        self._note.run(connection, {**line, "entry_id": entry_id})


class _Text:
    """A statement as the driver takes it; `names` are the columns that it sets."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, names: Collection[str] | None = None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=names)
        self._sql, self._order = str(compiled), compiled.positiontup

    def run(self, connection: Connection, values: Values) -> Any:
        return execute(connection, self._sql, [values[name] for name in self._order] if self._order else values)

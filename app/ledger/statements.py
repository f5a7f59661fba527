"""The statements that each callback needs: made once for each kind of database, as its driver takes them."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Dialect, bindparam, insert, select, update

from app.ledger.database import Database
from app.ledger.driver import Ask
from app.ledger.rows import STATE_COLUMNS
from app.ledger.tables import attempt, entry

Values = Mapping[str, Any]
# What the database says itself.
_CLOCKED = (entry.c.id, entry.c.received_at, entry.c.lease_until)
_UNIQUE = (entry.c.source, entry.c.event_id, entry.c.turn)
_OF_LINE = (attempt.c.entry_id, attempt.c.started_at, attempt.c.runner)
_NEW = [column.name for column in entry.columns if column not in _CLOCKED]
_LINE = [column.name for column in attempt.columns if column is not attempt.c.id]


class Statements:
    """Those of SQLite or of Postgres, with their values."""

    def __init__(self, database: Database) -> None:
        dialect, now = database.engine.dialect, database.now()
        clocked = {"received_at": now, "lease_until": now + bindparam("lease_seconds")}
        new = database.insert(entry).values({**{name: bindparam(name) for name in _NEW}, **clocked})
        self._insert = _Text(new.on_conflict_do_nothing(index_elements=_UNIQUE).returning(*_CLOCKED), dialect)
        same = [column == bindparam(column.name) for column in (*_UNIQUE, entry.c.lease)]
        self._own = _Text(select(*_CLOCKED).where(*same), dialect)
        by_id = entry.c.id == bindparam("row")
        self._lock = _Text(select(*STATE_COLUMNS, now).where(by_id).with_for_update(), dialect)
        self._note = _Text(insert(attempt), dialect, _LINE)
        line = [column == bindparam(column.name) for column in _OF_LINE]
        self._noted = _Text(select(attempt.c.id).where(*line), dialect)
        self._update = cache(lambda names: _Text(update(entry).where(by_id), dialect, names))

    def insert(self, values: Values, lease_seconds: float | None) -> Ask:
        """Id, time and end of the lease of a new entry; nothing if there is one of its source, event and turn."""
        return self._insert.ask({**dict.fromkeys(_NEW), **values, "lease_seconds": lease_seconds})

    def own(self, values: Values) -> Ask:
        """The same of one that has been stored with these values, if it has."""
        return self._own.ask(values)

    def lock(self, entry_id: int) -> Ask:
        """The columns of an entry but for its payload, and the time. Nobody else changes it until the end."""
        return self._lock.ask({"row": entry_id})

    def update(self, entry_id: int, values: Values) -> Ask:
        """Changes these columns of an entry."""
        return self._update(tuple(values)).ask({**values, "row": entry_id})

    def note(self, entry_id: int, line: Values) -> Ask:
        """Keeps the line of an attempt."""
        return self._note.ask({**line, "entry_id": entry_id})

    def noted(self, entry_id: int, line: Values) -> Ask:
        """Something if the line has been kept."""
        return self._noted.ask({**line, "entry_id": entry_id})


class _Text:
    """A statement as the driver takes it; `names` are the columns that it sets."""

    def __init__(self, statement: Any, dialect: Dialect, names: Collection[str] | None = None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        self._sql, self._order = str(compiled), compiled.positiontup
        self._brings = statement.is_select or bool(compiled.effective_returning)

    def ask(self, values: Values) -> Ask:
        given = [values[name] for name in self._order] if self._order else values
        return Ask(self._sql, given, self._brings)

"""What each callback asks of the database: statements made once for each kind of it, as its driver takes them."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, bindparam, insert, select, update

from app.domain.entry import Decide, Entry
from app.ledger.database import Database
from app.ledger.rows import STATE_COLUMNS, Rows, changed
from app.ledger.tables import attempt, entry, pause
from app.ledger.writer import Ask, Steps

Values = Mapping[str, Any]
# What the database says itself.
_CLOCKED = (entry.c.id, entry.c.received_at, entry.c.lease_until)
# Comes along with what is stored, so that nobody has to ask.
_PAUSED = select(pause.c.scope).exists()
_UNIQUE = (entry.c.source, entry.c.event_id, entry.c.turn)
_OF_LINE = (attempt.c.entry_id, attempt.c.started_at, attempt.c.runner)
_NEW = dict.fromkeys(column.name for column in entry.columns if column not in _CLOCKED)
_LINE = [column.name for column in attempt.columns if column is not attempt.c.id]


class Statements:
    """Those of SQLite or of Postgres. They only say what to ask, so that a Postgres answers many of them at once."""

    def __init__(self, database: Database, rows: Rows) -> None:
        self._rows = rows
        kind = database.engine.dialect.name
        self._texts = _TEXTS.get(kind) or _TEXTS.setdefault(kind, Texts(database))

    def receive(self, stored: Values, lease_seconds: float | None, again: bool) -> Steps[Sequence[Any] | None]:
        """Stores an entry: its id, time, end of its lease, and whether anything is paused.

        Nothing if there is one of its source, event and turn.
        """
        (row,) = yield [self._texts.insert.ask({**_NEW, **stored, "lease_seconds": lease_seconds})]
        if row is None and again:
            # The first commit went through, or another request was faster.
            (row,) = yield [self._texts.own.ask(stored)]
        return row  # type: ignore[no-any-return]

    def change(
        self, entry_id: int, decide: Decide, attempted: Values | None, moved: Values | None, again: bool
    ) -> Steps[Entry | None]:
        """Locks a row, and changes it to what `decide` makes of it and of the time; the entry as it is then.

        Keeps the line `attempted` in any case, `moved` only with a change.
        """
        (row,) = yield [self._texts.lock.ask({"row": entry_id})]
        if row is None:
            return None
        *state, now = row
        before = self._rows.state(state)
        change = decide(before, now)
        after = changed(before, change) if change else before
        stored = self._rows.stored(change) if change else {}
        kept = attempted or (moved if change else None)
        line = {**kept, "entry_id": entry_id} if kept else {}
        asks = [self._texts.update(tuple(stored)).ask({**stored, "row": entry_id})] if stored else []
        if line:
            (noted,) = (yield [self._texts.noted.ask(line)]) if again else (None,)
            if noted is None:
                asks.append(self._texts.note.ask(line))
        if asks:
            yield asks
        return after


class Texts:
    """What `Statements` says, compiled."""

    def __init__(self, database: Database) -> None:
        dialect, now = database.engine.dialect, database.now()
        clocked = {"received_at": now, "lease_until": now + bindparam("lease_seconds")}
        new = database.insert(entry).values({**{name: bindparam(name) for name in _NEW}, **clocked})
        self.insert = Text(new.on_conflict_do_nothing(index_elements=_UNIQUE).returning(*_CLOCKED, _PAUSED), dialect)
        same = [column == bindparam(column.name) for column in (*_UNIQUE, entry.c.lease)]
        self.own = Text(select(*_CLOCKED, _PAUSED).where(*same), dialect)
        by_id = entry.c.id == bindparam("row")
        self.lock = Text(select(*STATE_COLUMNS, now).where(by_id).with_for_update(), dialect)
        self.note = Text(insert(attempt), dialect, _LINE)
        line = [column == bindparam(column.name) for column in _OF_LINE]
        self.noted = Text(select(attempt.c.id).where(*line), dialect)
        self.update = cache(lambda names: Text(update(entry).where(by_id), dialect, names))


# By the name of the database's kind: to compile them takes as long as some callbacks.
_TEXTS: dict[str, Texts] = {}


class Text:
    """A statement as the driver takes it; `names` are the columns that it sets."""

    def __init__(self, statement: Any, dialect: Dialect, names: Collection[str] | None = None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        self._sql, self._order = str(compiled), compiled.positiontup
        self._brings = statement.is_select or bool(compiled.effective_returning)

    def ask(self, values: Values) -> Ask:
        given = [values[name] for name in self._order] if self._order else values
        return Ask(self._sql, given, self._brings)

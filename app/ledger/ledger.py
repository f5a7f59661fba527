"""The ledger's rows: received once, changed under a lock, read by whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, select

from app.domain.entry import Decide, Entry
from app.ledger.codec import Codec
from app.ledger.database import Database, once_more
from app.ledger.operation import by_event, by_row
from app.ledger.packed import pack_message
from app.ledger.rows import COLUMNS, Rows, known
from app.ledger.statements import Statements
from app.ledger.tables import attempt, entry

_BY_ID = select(*COLUMNS).where(entry.c.id == bindparam("id"))
_OF_EVENT = (
    select(*COLUMNS)
    .where(entry.c.source == bindparam("source"), entry.c.event_id == bindparam("event_id"))
    .order_by(entry.c.turn)
)
_OWN = _OF_EVENT.where(entry.c.lease == bindparam("lease"))
_ATTEMPTS = select(attempt).where(attempt.c.entry_id == bindparam("entry_id")).order_by(attempt.c.id)
_KEPT = _ATTEMPTS.where(attempt.c.started_at == bindparam("started_at"), attempt.c.runner == bindparam("runner"))


@dataclass(frozen=True)
class Attempted:
    """What is kept of an attempt, or of what was decided without one: no values.

    `runner` is "web", "engine", "replay" or "discard", `config` names the configuration. `message` is what was said of
    the failure, or of the fields that the record was made without.
    """

    started_at: float
    ms: int
    runner: str
    outcome: str
    config: str
    reason: str | None = None
    code: str | None = None
    message: str | None = None


class Ledger:
    """Safe to use from many threads and processes. Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self.database = database
        self.codec = codec
        self.rows = Rows(codec)
        self._statements = Statements(database)

    def receive(
        self,
        new: Mapping[str, Any],
        number: str | None,
        lease: str | None,
        lease_seconds: float,
        *,
        in_order: bool = False,
    ) -> Entry | None:
        """Stores a callback, leased from its first moment; nothing when (source, event_id, turn) is there already.

        With `in_order` the ids of a number follow the order of the commits: who reads after the commit sees all lower
        ones.
        """
        index = self.codec.number(number)
        values = {"attempts": 0, "promised": False, "unknown": False, "keyed_mark": True, **new, "lease": lease}
        stored = {**self.rows.stored(values), "number_index": index}

        def insert(connection: Connection) -> Entry | None:
            row = self._statements.insert(connection, stored, lease_seconds if lease else None)
            return self.rows.received(values, row) if row else None

        def again(connection: Connection) -> Entry | None:
            entry = insert(connection)
            if entry is not None:
                return entry
            # The first commit went through, or another request was faster.
            own = connection.execute(_OWN, stored).one_or_none()
            return self.rows.entry(own) if own else None

        return self.database.write(
            insert,
            # What has no lease cannot be told from another's.
            again=again if lease else None,
            lock=int(index[:15], 16) if in_order and index else None,
            order=by_event(values["source"], values.get("event_id"), values["turn"]),
        )

    def change(
        self,
        entry_id: int,
        decide: Decide,
        attempted: Attempted | None = None,
        moved: Attempted | None = None,
    ) -> Entry | None:
        """Locks the row and changes it to what `decide` makes of it and of the time; returns it as it is then.

        `decide` sees the entry without its payload, and so it is returned, but for a payload that was changed.
        `attempted` is kept in any case, `moved` only with a change. A change of the payload names both its parts, and
        `number_index` may be among what changes. `decide` may be asked twice, when a commit is in doubt for example, so
        what it has decided must not make it decide something else.
        """
        change = partial(self._change, entry_id, decide, attempted, moved)
        return self.database.write(change, again=partial(change, again=True), order=by_row(entry_id))

    def _change(
        self,
        entry_id: int,
        decide: Decide,
        attempted: Attempted | None,
        moved: Attempted | None,
        connection: Connection,
        *,
        again: bool = False,
    ) -> Entry | None:
        row = self._statements.lock(connection, entry_id)
        if row is None:
            return None
        *state, now = row
        current = self.rows.state(state)
        change = decide(current, now)
        kept = attempted or (moved if change else None)
        if kept is not None and not (again and _is_kept(connection, entry_id, kept)):
            self._statements.note(connection, entry_id, {**vars(kept), "message": pack_message(kept.message)})
        if not change:
            return current
        self._statements.update(connection, entry_id, self.rows.stored(change))
        return replace(current, **known(change))

    @once_more
    def get(self, entry_id: int) -> Entry | None:
        """The entry with this id."""
        with self.database.read() as connection:
            row = connection.execute(_BY_ID, {"id": entry_id}).one_or_none()
        return self.rows.entry(row) if row else None

    @once_more
    def of_event(self, source: str, event_id: str) -> list[Entry]:
        """All entries of an event, the first content first."""
        with self.database.read() as connection:
            rows = connection.execute(_OF_EVENT, {"source": source, "event_id": event_id}).all()
        return [self.rows.entry(row) for row in rows]

    @once_more
    def select(
        self, *conditions: ColumnElement[bool], order: Any = entry.c.id, limit: int | None = None
    ) -> list[Entry]:
        """The entries that meet all conditions."""
        with self.database.read() as connection:
            rows = connection.execute(select(*COLUMNS).where(*conditions).order_by(order).limit(limit)).all()
        return [self.rows.entry(row) for row in rows]

    @once_more
    def attempts(self, entry_id: int) -> Sequence[Row[Any]]:
        """The attempts of an entry, the first one first."""
        with self.database.read() as connection:
            return connection.execute(_ATTEMPTS, {"entry_id": entry_id}).all()

    @once_more
    def now(self) -> float:
        """The database's clock."""
        with self.database.read() as connection:
            return float(connection.execute(select(self.database.now())).scalar_one())


def _is_kept(connection: Connection, entry_id: int, kept: Attempted) -> bool:
    return connection.execute(_KEPT, {"entry_id": entry_id, **vars(kept)}).first() is not None

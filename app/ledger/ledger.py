"""The ledger's rows: received once, changed under a lock, read by whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from app.domain.entry import Change, Decide, Entry, State
from app.ledger.codec import Codec
from app.ledger.database import ConflictError, Database, LedgerError, once_more
from app.ledger.packed import pack_dropped, pack_ids, pack_message, unpack_dropped, unpack_ids
from app.ledger.tables import attempt, entry

_NAMES = [field.name for field in fields(Entry)]
_COLUMNS = [*(entry.c[name] for name in _NAMES), entry.c.sealed_with, entry.c.dropped_messages]


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
        values = {"attempts": 0, "promised": False, "unknown": False, "keyed_mark": True, **new}
        values["number_index"] = self.codec.number(number)
        values["lease"] = lease
        try:
            return self._insert(values, lease_seconds, in_order)
        except ConflictError:
            return None
        except LedgerError as error:
            # What has no lease cannot be told from another's.
            if lease is None or not error.in_doubt:
                raise
        try:
            return self._insert(values, lease_seconds, in_order)
        except ConflictError:
            # The first commit went through, or another request was faster.
            stored = self.select(entry.c.source == new["source"], entry.c.event_id == new["event_id"])
            return next((one for one in stored if one.lease == lease), None)

    @once_more
    def _insert(self, values: Mapping[str, Any], lease_seconds: float, in_order: bool) -> Entry:
        now = self.database.now()
        clock = {"received_at": now, "lease_until": now + lease_seconds if values["lease"] else None}
        stored = insert(entry).values(clock).returning(*_COLUMNS)
        with self.database.write() as connection:
            if in_order and values["number_index"]:
                self._queue_up(connection, values["number_index"])
            return self._entry(connection.execute(stored, self._stored(values)).one())

    def change(
        self,
        entry_id: int,
        decide: Decide,
        attempted: Attempted | None = None,
        moved: Attempted | None = None,
    ) -> Entry | None:
        """Locks the row and changes it to what `decide` makes of it and of the time; returns it as it is then.

        `attempted` is kept in any case, `moved` only with a change. A change of the payload names both its parts, and
        `number_index` may be among what changes. `decide` is asked twice when a commit is in doubt or a session was
        lost, so what it has decided must not make it decide something else.
        """
        try:
            return self._change(entry_id, decide, attempted, moved)
        except LedgerError as error:
            if not error.in_doubt:
                raise
        return self._change(entry_id, decide, attempted, moved, again=True)

    @once_more
    def _change(
        self,
        entry_id: int,
        decide: Decide,
        attempted: Attempted | None,
        moved: Attempted | None,
        *,
        again: bool = False,
    ) -> Entry | None:
        with self.database.write() as connection:
            wanted = select(*_COLUMNS, self.database.now().label("now")).where(entry.c.id == entry_id)
            row = connection.execute(wanted.with_for_update()).one_or_none()
            if row is None:
                return None
            current = self._entry(row)
            change = decide(current, row.now)
            kept = attempted or (moved if change else None)
            if kept is not None and not (again and _is_kept(connection, entry_id, kept)):
                line = {**vars(kept), "message": pack_message(kept.message)}
                connection.execute(insert(attempt), {"entry_id": entry_id, **line})
            if not change:
                return current
            connection.execute(update(entry).where(entry.c.id == entry_id), self._stored(change))
            return replace(current, **{name: value for name, value in change.items() if name in _NAMES})

    def get(self, entry_id: int) -> Entry | None:
        """The entry with this id."""
        found = self.select(entry.c.id == entry_id)
        return found[0] if found else None

    def of_event(self, source: str, event_id: str) -> list[Entry]:
        """All entries of an event, the first content first."""
        return self.select(entry.c.source == source, entry.c.event_id == event_id, order=entry.c.turn)

    @once_more
    def select(
        self, *conditions: ColumnElement[bool], order: Any = entry.c.id, limit: int | None = None
    ) -> list[Entry]:
        """The entries that meet all conditions."""
        with self.database.read() as connection:
            rows = connection.execute(select(*_COLUMNS).where(*conditions).order_by(order).limit(limit)).all()
        return [self._entry(row) for row in rows]

    @once_more
    def attempts(self, entry_id: int) -> Sequence[Row[Any]]:
        """The attempts of an entry, the first one first."""
        with self.database.read() as connection:
            return connection.execute(
                select(attempt).where(attempt.c.entry_id == entry_id).order_by(attempt.c.id)
            ).all()

    @once_more
    def now(self) -> float:
        """The database's clock."""
        with self.database.read() as connection:
            return self._now(connection)

    def _queue_up(self, connection: Connection, number_index: str) -> None:
        # SQLite writes one after the other anyway; in Postgres a lower id may be committed later than a higher one.
        if not self.database.sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(int(number_index[:15], 16))))

    def _now(self, connection: Connection) -> float:
        return float(connection.execute(select(self.database.now())).scalar_one())

    def _stored(self, change: Change) -> dict[str, Any]:
        """The values as the columns hold them."""
        stored: dict[str, Any] = {
            name: value.value if isinstance(value, State) else value for name, value in change.items()
        }
        if "dropped" in stored:
            stored |= pack_dropped(stored["dropped"])
        if "message" in stored:
            stored["message"] = pack_message(stored["message"])
        if "invalid_event_ids" in stored:
            stored["invalid_event_ids"] = pack_ids(stored["invalid_event_ids"])
        if "body" in stored:
            stored |= {name: self.codec.encode(change[name]) for name in ("body", "query") if name in change}
            stored["sealed_with"] = self.codec.sealed_with
        return stored

    def _entry(self, row: Any) -> Entry:
        values = {name: row._mapping[name] for name in _NAMES}
        for name in ("body", "query"):
            values[name] = self.codec.decode(values[name], row.sealed_with)
        try:
            values["state"] = State(values["state"])
            values["dropped"] = unpack_dropped(values["dropped"], row.dropped_messages)
            values["invalid_event_ids"] = unpack_ids(values["invalid_event_ids"])
        except (ValueError, TypeError, KeyError) as error:
            raise LedgerError(f"row {row.id} is damaged") from error
        return Entry(**values)


def _is_kept(connection: Connection, entry_id: int, kept: Attempted) -> bool:
    same = attempt.c.entry_id == entry_id, attempt.c.started_at == kept.started_at, attempt.c.runner == kept.runner
    return connection.execute(select(attempt.c.id).where(*same)).first() is not None

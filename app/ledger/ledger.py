"""The ledger's rows: received once, changed under a lock, read by whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, select

from app.domain.entry import Decide, Entry
from app.ledger.codec import Codec
from app.ledger.database import ConflictError, Database, once_more
from app.ledger.rows import COLUMNS, STATE_COLUMNS, Rows
from app.ledger.statements import Statements
from app.ledger.tables import attempt, entry
from app.ledger.writer import Operation

_BY_ID = select(*COLUMNS).where(entry.c.id == bindparam("id"))
_OF_EVENT = (
    select(*COLUMNS)
    .where(entry.c.source == bindparam("source"), entry.c.event_id == bindparam("event_id"))
    .order_by(entry.c.turn)
)
_ATTEMPTS = select(attempt).where(attempt.c.entry_id == bindparam("entry_id")).order_by(attempt.c.id)


@dataclass(frozen=True)
class Attempted:
    """What is kept of an attempt, or of what was decided without one.

    `runner` is "web", "engine", "replay", "discard" or "edit", `config` names the configuration. `message` is what was
    said of the failure, or of the fields that the record was made without. `asked_by` and `note` as in `AskedFor`. Only
    `sent` holds values: it goes through the codec.
    """

    started_at: float
    ms: int
    runner: str
    outcome: str
    config: str
    reason: str | None = None
    code: str | None = None
    message: str | None = None
    sent: bytes | None = field(default=None, repr=False)
    asked_by: str | None = None
    note: str | None = None


class Ledger:
    """Safe to use from many threads and processes. Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self.database = database
        self.codec = codec
        self.rows = Rows(codec)
        self._statements = Statements(database, self.rows)

    def receive(
        self,
        new: Mapping[str, Any],
        number: str | None,
        lease: str | None,
        lease_seconds: float,
        *,
        in_order: bool = False,
    ) -> tuple[Entry, bool] | None:
        """Stores a callback, leased from its first moment: its entry, and whether anything is paused.

        Nothing when (source, event_id, turn) is there already.

        With `in_order` the ids of a number follow the order of the commits: who reads after the commit sees all lower
        ones.
        """
        flags = {"promised": False, "unknown": False, "keyed_mark": True, "reconciled": False}
        values = {"event_id": None, "attempts": 0, **flags, **new, "lease": lease}
        stored = self.rows.stored(values)
        stored["number_index"] = index = self.codec.number(number)
        # Another transaction may be storing a row for the same event.
        order = (0, f"{values['source']}\0{values['event_id']}", values["turn"])
        operation = Operation(
            steps=partial(self._statements.receive, stored, lease_seconds if lease else None),
            # What has no lease cannot be told from another's.
            tells_again=lease is not None,
            order=order,
            lock=int(index[:15], 16) if in_order and index else None,
        )
        try:
            row = self.database.do(operation)
        except ConflictError:  # by another index than that of events
            return None
        if not row:
            return None
        *own, paused = row
        return self.rows.received(values, own), bool(paused)

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
        `number_index` may be among what changes. `decide` may be asked twice, for example when a commit is unknown, so
        what it has decided must not make it decide something else.
        """
        kept = self.rows.line(vars(attempted)) if attempted else None
        kept_if_changed = self.rows.line(vars(moved)) if moved else None
        operation = Operation(
            steps=partial(self._statements.change, entry_id, decide, kept, kept_if_changed),
            tells_again=True,
            order=(1, "", entry_id),
        )
        return self.database.do(operation)

    @once_more
    def get(self, entry_id: int) -> Entry | None:
        """The entry with this id."""
        with self.database.read() as connection:
            row = connection.execute(_BY_ID, {"id": entry_id}).one_or_none()
        return self.rows.entry(row) if row else None

    @once_more
    def of_event(self, source: str, event_id: str) -> list[Entry]:
        """All entries of an event, the first version first."""
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
    def states(self, ids: Sequence[int]) -> list[Entry]:
        """The entries with these ids, without their payloads."""
        with self.database.read() as connection:
            rows = connection.execute(select(*STATE_COLUMNS).where(entry.c.id.in_(ids))).all()
        return [self.rows.state(row) for row in rows]

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

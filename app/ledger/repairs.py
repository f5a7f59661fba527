"""What persons want done with many callbacks: each is planned first, then asked for, and worked on by any engine.

A plan keeps the ids that the person has seen: what comes later is not taken in. What became of each is kept as soon as
it is known, so that any process can show it, and go on where another has died.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from app.ledger.batches import Removal
from app.ledger.database import Database, once_more
from app.ledger.rows import pack_message
from app.ledger.tables import repair, repaired

# A plan that is older than this shows what was, and cannot be asked for.
PLAN_SECONDS = 3600.0
# So many at a time keep no request waiting.
BATCH = 200
_ASKED = select(repair).where(repair.c.asked_at.is_not(None))
_UNDER_WAY = _ASKED.where(repair.c.ended_at.is_(None)).order_by(repair.c.asked_at)
_LATEST = _ASKED.order_by(repair.c.asked_at.desc())


class RepairDeed(Enum):
    """What is done with the callbacks."""

    REPLAY = "replay"
    DISCARD = "discard"


@dataclass(frozen=True)
class Repair:
    """Times are seconds since 1970: it is asked for since `asked_at`, and over since `ended_at`. `named` says that each
    callback was chosen by itself.
    """

    id: int
    deed: RepairDeed
    named: bool
    entry_ids: Sequence[int]
    asked_by: str
    note: str | None
    planned_at: float
    asked_at: float | None = None
    ended_at: float | None = None


@dataclass(frozen=True)
class Repaired:
    """What became of a callback, as a word of `ReplayFate` or `Discarding`; with `again_in` it is tried once more."""

    entry_id: int
    fate: str
    reason: str | None = None
    message: str | None = None
    again_in: float | None = None


class Left(NamedTuple):
    """The ids of what may be tried `now`, in order, and of what only `later`; of the former those tried `before`."""

    now: list[int]
    later: set[int]
    before: set[int]


class Repairs:
    """Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, deed: RepairDeed, entry_ids: Sequence[int], asked_by: str, *, named: bool) -> int:
        """Keeps a plan; returns its id."""
        values = {"deed": deed.value, "named": named, "entry_ids": json.dumps(list(entry_ids)), "asked_by": asked_by}
        new = insert(repair).values(**values, planned_at=self._database.now()).returning(repair.c.id)
        return self._database.write(lambda connection: int(connection.execute(new).scalar_one()))

    def ask(self, repair_id: int, asked_by: str, note: str) -> bool:
        """Asks for what this person has planned; says whether it did: not twice, and not when the plan is too old."""
        now = self._database.now()
        planned = (
            repair.c.id == repair_id,
            repair.c.asked_by == asked_by,
            repair.c.asked_at.is_(None),
            repair.c.planned_at > now - PLAN_SECONDS,
        )
        asked = update(repair).where(*planned).values(asked_at=now, note=pack_message(note))
        return self._database.write(lambda connection: bool(connection.execute(asked).rowcount))

    @once_more
    def get(self, repair_id: int) -> Repair | None:
        """The repair with this id."""
        with self._database.read() as connection:
            row = connection.execute(select(repair).where(repair.c.id == repair_id)).one_or_none()
        return _repair(row) if row else None

    def under_way(self) -> list[Repair]:
        """What is asked for and not over, the first one first."""
        return self._read(_UNDER_WAY)

    def latest(self, count: int) -> list[Repair]:
        """The last that were asked for, the latest first."""
        return self._read(_LATEST.limit(count))

    def latest_progress(self, count: int) -> list[tuple[Repair, int]]:
        """The same, each with how many of its callbacks are done."""
        latest = self.latest(count)
        these = repaired.c.repair_id.in_([one.id for one in latest])
        counted = select(repaired.c.repair_id, func.count()).where(these).group_by(repaired.c.repair_id)
        with self._database.read() as connection:
            done = {repair_id: int(number) for repair_id, number in connection.execute(counted)}
        return [(one, done.get(one.id, 0)) for one in latest]

    def left(self, one: Repair) -> Left:
        """What has still to be done."""
        columns = repaired.c.entry_id, repaired.c.again_at, repaired.c.again_at > self._database.now()
        with self._database.read() as connection:
            rows = connection.execute(select(*columns).where(repaired.c.repair_id == one.id)).all()
        done = {row.entry_id for row in rows if row.again_at is None}
        later = {row.entry_id for row in rows if row[2]}
        now = [entry_id for entry_id in one.entry_ids if entry_id not in done | later]
        return Left(now, later, {row.entry_id for row in rows} - done - later)

    def note(self, one: Repair, results: Sequence[Repaired]) -> None:
        """Keeps what became of these."""
        for first in range(0, len(results), BATCH):
            some = results[first : first + BATCH]
            self._database.write(lambda connection, some=some: self._note(connection, one, some))  # type: ignore[misc]

    def _note(self, connection: Connection, one: Repair, results: Sequence[Repaired]) -> None:
        now = float(connection.execute(select(self._database.now())).scalar_one())
        ids = [result.entry_id for result in results]
        # The repair may have been removed since. Two that work on it for a moment do not meet.
        if connection.execute(select(repair.c.id).where(repair.c.id == one.id).with_for_update()).first():
            connection.execute(delete(repaired).where(repaired.c.repair_id == one.id, repaired.c.entry_id.in_(ids)))
            connection.execute(insert(repaired), [_values(one, result, now) for result in results])

    def end(self, one: Repair) -> None:
        """All has been done that could be."""
        ended = update(repair).where(repair.c.id == one.id, repair.c.ended_at.is_(None))
        self._database.write(lambda connection: connection.execute(ended.values(ended_at=self._database.now())))

    def counts(self, one: Repair) -> Counter[str]:
        """How many callbacks came to which fate."""
        counted = select(repaired.c.fate, func.count()).where(repaired.c.repair_id == one.id).group_by(repaired.c.fate)
        with self._database.read() as connection:
            return Counter({fate: int(count) for fate, count in connection.execute(counted)})

    def results(self, one: Repair, except_fates: Sequence[str], limit: int) -> list[Repaired]:
        """What became of the callbacks that did not come to one of these fates."""
        wanted = select(repaired).where(repaired.c.repair_id == one.id, repaired.c.fate.not_in(except_fates))
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(repaired.c.id).limit(limit)).all()
        return [Repaired(row.entry_id, row.fate, row.reason, row.message) for row in rows]

    def _read(self, wanted: Select[Any]) -> list[Repair]:
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return [_repair(row) for row in rows]


def old_repairs(before: float) -> Iterator[Removal]:
    """What is to be removed of the repairs that were planned before then."""
    old = repair.c.planned_at < before
    yield Removal(repaired, [repaired.c.repair_id.in_(select(repair.c.id).where(old))])
    yield Removal(repair, [old])


def _repair(row: Row[Any]) -> Repair:
    values = dict(row._mapping)
    return Repair(**{**values, "deed": RepairDeed(values["deed"]), "entry_ids": json.loads(values["entry_ids"])})


def _values(one: Repair, result: Repaired, now: float) -> dict[str, Any]:
    return {
        "repair_id": one.id,
        "entry_id": result.entry_id,
        "fate": result.fate,
        "reason": result.reason,
        "message": pack_message(result.message),
        "again_at": None if result.again_in is None else now + result.again_in,
    }

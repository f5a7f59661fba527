"""What is paused: the org as a whole, or a rule. Shared by all processes through the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, Connection, Executable, and_, delete, select, tuple_, update

from app.ledger.conditions import waits_for_a_pause
from app.ledger.database import Database, once_more
from app.ledger.rows import pack_message
from app.ledger.tables import entry, pause

ORG = "org"
# So many at a time keep no request waiting.
BATCH = 200
_ALL = select(pause)
# Of an entry among those that wait: since when, and its id.
_Place = tuple[float, int]
_BEGINNING = (0.0, 0)


def rule_scope(rule: str) -> str:
    """The scope of a rule's pause."""
    return f"rule:{rule}"


@dataclass(frozen=True)
class Pause:
    """`scope` waits because of `reason` since then; at `probe_at` one callback is tried.

    `message` is what was said of the attempt that began it.
    """

    scope: str
    reason: str
    message: str | None
    since: float
    probe_at: float
    probes: int


def pause_of(rule: str, pauses: Mapping[str, Pause]) -> Pause | None:
    """What keeps the callbacks of this rule waiting; `pauses` are by scope."""
    return pauses.get(ORG) or pauses.get(rule_scope(rule))


class Pauses:
    """Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @once_more
    def all(self) -> dict[str, Pause]:
        """The pauses by scope."""
        with self._database.read() as connection:
            rows = connection.execute(_ALL).all()
        return {row.scope: Pause(**row._mapping) for row in rows}

    def begin(self, scope: str, reason: str, probe_in: float, message: str | None = None) -> bool:
        """Pauses the scope unless it is paused already; says whether it did."""
        now = self._database.now()
        values = {"scope": scope, "reason": reason, "since": now, "probe_at": now + probe_in, "probes": 0}
        new = self._database.insert(pause).values(**values, message=pack_message(message))
        return self._write(new.on_conflict_do_nothing().execution_options(preserve_rowcount=True))

    def put_off(self, scope: str, seconds: float) -> None:
        """Nobody probes the scope before so many seconds are over."""
        until = self._database.now() + seconds
        sooner = pause.c.scope == scope, pause.c.probe_at < until
        self._write(update(pause).where(*sooner).values(probe_at=until))

    def take_probe(self, scope: str, next_in: float, late: float = 0.0) -> bool:
        """Whether the caller is the one in the whole fleet who may try one callback now.

        With `late` only if nobody else has for so many seconds.
        """
        now = self._database.now()
        due = pause.c.scope == scope, pause.c.probe_at <= now - late
        return self._write(update(pause).where(*due).values(probe_at=now + next_in, probes=pause.c.probes + 1))

    def probe_rules_now(self) -> None:
        """Makes the probes of all paused rules due: somebody may have mended what they paused for."""
        self._write(update(pause).where(pause.c.scope != ORG).values(probe_at=self._database.now()))

    def end(self, scope: str) -> bool:
        """Ends the pause; what waited for it is due at once. Says whether there was one."""
        after: _Place | None = _BEGINNING
        while after is not None:
            after, ended = self._database.write(partial(self._end_some, scope, after))
        return ended

    def _end_some(self, scope: str, after: _Place, connection: Connection) -> tuple[_Place | None, bool]:
        """Makes some due, and ends the pause with the last: the place to go on from, and whether there is a pause."""
        if connection.execute(select(pause.c.scope).where(pause.c.scope == scope)).first() is None:
            return None, False
        place = tuple_(entry.c.received_at, entry.c.id)
        waiting = _waits_for(scope, self._database.now()), place > after
        chosen = select(entry.c.received_at, entry.c.id).where(*waiting).order_by(*place).limit(BATCH)
        found = connection.execute(chosen).all()
        if found:
            # Locked in the order of rounds, lest two wait for each other.
            these = entry.c.id.in_([row.id for row in found]), *waiting
            locked = select(entry.c.id).where(*these).order_by(entry.c.id).with_for_update()
            ids = connection.execute(locked).scalars().all()
            connection.execute(update(entry).where(entry.c.id.in_(ids)).values(due_at=self._database.now()))
        if len(found) == BATCH:
            return (found[-1].received_at, found[-1].id), True
        return None, bool(connection.execute(delete(pause).where(pause.c.scope == scope)).rowcount)

    def _write(self, statement: Executable) -> bool:
        """Whether there was something to change."""
        return self._database.write(lambda connection: bool(connection.execute(statement).rowcount))


def _waits_for(scope: str, now: ColumnElement[float]) -> ColumnElement[bool]:
    waits = waits_for_a_pause(now)
    return waits if scope == ORG else and_(waits, entry.c.rule == scope.removeprefix("rule:"))

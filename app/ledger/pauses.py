"""What is paused: the org as a whole, or a rule. Shared by all processes through the ledger."""

import time
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from app.ledger.conditions import waits_for_a_pause
from app.ledger.database import ConflictError, Database, once_more
from app.ledger.packed import pack_message
from app.ledger.tables import entry, pause

ORG = "org"
MOMENT = 0.2


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


class Pauses:
    """Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: tuple[float, dict[str, Pause]] = (0.0, {})

    def lately(self) -> dict[str, Pause]:
        """The pauses by scope as they were a moment ago: what every request asks need not be read each time."""
        seen_at, pauses = self._seen
        if time.monotonic() - seen_at > MOMENT:
            pauses = self.all()
            self._seen = (time.monotonic(), pauses)
        return pauses

    @once_more
    def all(self) -> dict[str, Pause]:
        """The pauses by scope."""
        with self._database.read() as connection:
            rows = connection.execute(select(pause)).all()
        return {row.scope: Pause(**row._mapping) for row in rows}

    @once_more
    def begin(self, scope: str, reason: str, probe_in: float, message: str | None = None) -> bool:
        """Pauses the scope unless it is paused already; says whether it did."""
        now = self._database.now()
        values = {"scope": scope, "reason": reason, "since": now, "probe_at": now + probe_in, "probes": 0}
        values["message"] = pack_message(message)
        try:
            with self._database.write() as connection:
                connection.execute(insert(pause).values(**values))
        except ConflictError:
            return False
        self._seen = (0.0, {})
        return True

    @once_more
    def put_off(self, scope: str, seconds: float) -> None:
        """Nobody probes the scope before so many seconds are over."""
        until = self._database.now() + seconds
        with self._database.write() as connection:
            sooner = pause.c.scope == scope, pause.c.probe_at < until
            connection.execute(update(pause).where(*sooner).values(probe_at=until))

    @once_more
    def take_probe(self, scope: str, next_in: float, late: float = 0.0) -> bool:
        """Whether the caller is the one in the whole fleet who may try one callback now.

        With `late` only if nobody else has for so many seconds.
        """
        now = self._database.now()
        due = pause.c.scope == scope, pause.c.probe_at <= now - late
        with self._database.write() as connection:
            taken = connection.execute(
                update(pause).where(*due).values(probe_at=now + next_in, probes=pause.c.probes + 1)
            )
        return bool(taken.rowcount)

    def probe_rules_now(self) -> None:
        """The probes of all paused rules are due: somebody may have mended what they paused for."""
        with self._database.write() as connection:
            connection.execute(update(pause).where(pause.c.scope != ORG).values(probe_at=self._database.now()))

    @once_more
    def end(self, scope: str) -> bool:
        """Ends the pause; what waited for it is due at once. Says whether there was one."""
        waiting = [waits_for_a_pause()]
        if scope != ORG:
            waiting.append(entry.c.rule == scope.removeprefix("rule:"))
        with self._database.write() as connection:
            ended = connection.execute(delete(pause).where(pause.c.scope == scope))
            if ended.rowcount:
                connection.execute(update(entry).where(*waiting).values(due_at=self._database.now()))
        return bool(ended.rowcount)

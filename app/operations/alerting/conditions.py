"""What people want to be told of."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from app.delivery.current import Current
from app.domain.entry import State
from app.domain.reasons import who_acts
from app.ledger.database import Database
from app.ledger.heartbeats import ALIVE_SECONDS, Heartbeats
from app.ledger.pauses import ORG, Pause, Pauses
from app.ledger.probe import backlog
from app.ledger.tables import entry

REJECTED = "config_rejected"
NO_ENGINE = "engine_not_running"
FAILED = "failed"
# More would fill the message; the log has all.
_MOST_PROBLEMS = 5


@dataclass(frozen=True)
class Condition:
    """Something is wrong just now. `key` tells incidents apart; `text` is a title and, from the second line on, what to
    do; `size` counts callbacks.
    """

    key: str
    text: str
    size: int = 0


@dataclass(frozen=True)
class Watch:
    """`waiting` is the age in seconds from which a waiting callback is an incident."""

    database: Database
    current: Current
    waiting: float

    def own(self) -> Iterator[Condition]:
        """What is wrong with this process."""
        rejected = self.current.rejected
        if rejected is not None:
            problems = "\n".join(rejected.problems[:_MOST_PROBLEMS])
            yield Condition(
                REJECTED,
                "a changed configuration is wrong and was not taken over; the old one stays\n"
                f"The integrator mends it, see docs/checks.md:\n{problems}",
            )

    def common(self) -> Iterator[Condition]:
        """What is wrong with the ledger's callbacks and engines. Raises `LedgerError`."""
        waiting, oldest = backlog(self.database)[State.WAITING.value]
        yield from self._failed()
        if waiting and oldest > self.waiting:
            yield Condition(
                "waiting",
                f"callbacks have been waiting for more than {self.waiting / 60:g} min\n"
                f"{waiting} wait, the oldest for {oldest / 60:.0f} min. They go on by themselves once the cause is "
                "mended. See: ringback list --state waiting",
                waiting,
            )
        for pause in Pauses(self.database).all().values():
            yield _paused(pause)
        seen = Heartbeats(self.database).last_seen()
        if seen is None or seen > ALIVE_SECONDS:
            yield Condition(
                NO_ENGINE,
                "no engine runs, so nothing that waits is delivered\nThe operator starts Ringback, or "
                "`ringback worker` with RINGBACK_ENGINE=procrastinate. See docs/operating.md",
            )

    def _failed(self) -> Iterator[Condition]:
        counted = select(entry.c.reason, func.count()).where(entry.c.state == State.FAILED.value)
        with self.database.read() as connection:
            by_reason = connection.execute(counted.group_by(entry.c.reason).order_by(entry.c.reason)).all()
        if by_reason:
            reasons = ", ".join(f"{reason} ({count})" for reason, count in by_reason)
            yield Condition(
                FAILED,
                "callbacks have failed: nobody calls these callers back unless a person acts\n"
                f"{reasons}. See: ringback list --state failed. Once the cause is mended: "
                "ringback replay --state failed",
                sum(count for _, count in by_reason),
            )


def _paused(pause: Pause) -> Condition:
    what = "all callbacks" if pause.scope == ORG else f"callbacks of {pause.scope.replace(':', ' ')}"
    who = who_acts(pause.reason)
    acts = f"The {who} acts" if who else "Nobody has to act as long as it passes"
    return Condition(
        f"paused:{pause.scope}",
        f"delivery of {what} is paused: {pause.reason}\n"
        f"{acts}, see docs/reasons.md. Callbacks are taken and wait; when one "
        "that is tried goes through, all go on by themselves.",
    )

"""Delivers what the requests could not: what is due, oldest first, many at once."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field

import structlog

from app.delivery.engine.batch import QUEUE_SECONDS
from app.delivery.engine.claiming import Claiming
from app.delivery.engine.probing import probe
from app.delivery.engine.repeated import repeated
from app.delivery.entry import changes
from app.delivery.entry.states import Event
from app.delivery.served.due import DueCalls
from app.domain.entry import State
from app.ledger.database import LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.pauses import ORG, Pause
from app.ledger.tables import entry as rows

log = structlog.get_logger()

# Ten calls' worth: two groups that take turns still fill their calls.
BATCH = 2000
BEAT_SECONDS = 10.0
LOOK_SECONDS = 1.0
SHORTEST_LOOK = 0.2
SWEEP_SECONDS = 60.0


@dataclass
class Engine:
    """One of any number. `name` tells it apart from the others, `give_up_after` is in seconds.

    `calls` of served callers come after the callbacks.
    """

    name: str
    heartbeats: Heartbeats
    claiming: Claiming
    give_up_after: float
    calls: DueCalls | None = None
    _beaten: float = field(default=0.0, init=False)
    _swept: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.attempts = self.claiming.attempts
        self.pace = self.attempts.troubles.pace
        self.look_seconds = max(SHORTEST_LOOK, LOOK_SECONDS * self.pace)

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set. A database that is away is waited for."""
        with self.beating():
            while not stop.is_set():
                if self.try_once() < BATCH:
                    stop.wait(self.look_seconds)
        self.end()

    def try_once(self) -> int:
        """As `run_once`. Raises nothing: an engine that ends would leave callers waiting."""
        try:
            return self.run_once()
        except LedgerError as error:
            log.error("engine_waits", error=str(error))
            self.claiming.disturbed()
        except Exception as error:
            log.error("engine_stumbled", error=type(error).__name__, exc_info=error)
        return 0

    def run_once(self) -> int:
        """Delivers one round of what is due; says how many entries it took. Raises `LedgerError`."""
        self.beat()
        pauses = self.attempts.troubles.pauses.all()
        rules = {scope.removeprefix("rule:"): pause for scope, pause in pauses.items() if scope != ORG}
        if ORG in pauses:
            return probe(self.claiming, pauses[ORG], except_rules=list(rules))
        delivered = self._deliver(list(rules))
        probed = sum(probe(self.claiming, pause, only_rule=rule) for rule, pause in rules.items())
        # After the delivery: what waited for the end of a pause has its try before it is given up.
        self._give_up(pauses)
        return delivered + probed + (self.calls.run() if self.calls else 0)

    def beating(self) -> AbstractContextManager[None]:
        """Until the end of the block it is seen that this engine is alive, however long a delivery takes."""
        return repeated(self.beat, BEAT_SECONDS / 10, "heartbeat")

    def beat(self) -> None:
        """Says that this engine is alive, now and then, unless a delivery hangs. Raises `LedgerError`."""
        if not self.claiming.is_stuck and (time.monotonic() - self._beaten > BEAT_SECONDS or not self._beaten):
            self.heartbeats.beat(self.name)
            self._beaten = time.monotonic()

    def end_delivery(self) -> None:
        """From now on nothing is sent: what has been claimed and is not under way is given back."""
        self.attempts.courier.end_backlog()

    def end(self) -> None:
        """Says that this engine has ended. If the database is away, its last heartbeat just grows old."""
        with suppress(LedgerError):
            self.heartbeats.stop(self.name)

    def anything_waits(self) -> bool:
        """Whether there is anything to do now, or soon. Raises `LedgerError`."""
        return self.claiming.queue.anything_waits() or (self.calls is not None and self.calls.anything_due())

    def _deliver(self, except_rules: Sequence[str]) -> int:
        # Whoever claims writes, even where nothing is due.
        if not self.claiming.queue.anything_due():
            return 0
        # What is claimed beyond that would only come back.
        most = min(BATCH, self.attempts.courier.backlog_in(QUEUE_SECONDS))
        return len(self.claiming.deliver(most, except_rules=except_rules))

    def _give_up(self, pauses: Mapping[str, Pause]) -> None:
        """What has waited too long needs a person; the clock stands still while delivery is paused."""
        if pauses or time.monotonic() - self._swept < SWEEP_SECONDS * self.pace:
            return
        self._swept = time.monotonic()
        ledger = self.attempts.ledger
        oldest = ledger.now() - self.give_up_after
        old = rows.c.state == State.WAITING.value, rows.c.received_at < oldest, rows.c.attempts > 0
        for entry in ledger.select(*old, limit=BATCH):
            line = self.attempts.decided(Event.GAVE_UP.value, entry.reason, entry.message)
            ledger.change(entry.id, changes.give_up, moved=line)
            names = {"event_id": entry.event_id, "source": entry.source}
            log.error("gave_up", **names, reason=entry.reason, message=entry.message)

"""Delivers what the requests could not: what is due, oldest first, many at once."""

import threading
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import structlog

from app.delivery.engine.batch import Batches
from app.delivery.entry import changes
from app.delivery.entry.states import Event
from app.delivery.pausing import Troubles
from app.domain.entry import Entry, State
from app.domain.reasons import Reason, Scope, Tells
from app.ledger.database import LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.ledger import Ledger
from app.ledger.pauses import ORG, Pause, Pauses
from app.ledger.queue import Queue
from app.ledger.tables import entry as rows

log = structlog.get_logger()

# Ten calls' worth: two groups that take turns still fill their calls.
BATCH = 2000
# Longer than a call can take, network time-outs included; the lease is renewed before each.
LEASE_SECONDS = 120.0
BEAT_SECONDS = 10.0
LOOK_SECONDS = 1.0
SHORTEST_LOOK = 0.1
SWEEP_SECONDS = 60.0
# Processes with a newer configuration have so long to take what waits of a source that is not in this one's.
OTHERS_SECONDS = 1200.0


@dataclass
class Engine:
    """One of any number. `name` tells it apart from the others, `give_up_after` is in seconds.

    So is `others_after`, which `pace` stretches: how long a source that is not configured here is left to others.
    """

    name: str
    ledger: Ledger
    queue: Queue
    pauses: Pauses
    heartbeats: Heartbeats
    troubles: Troubles
    batches: Batches
    give_up_after: float
    pace: float = 1.0
    others_after: float = OTHERS_SECONDS
    _beaten: float = field(default=0.0, init=False)
    _swept: float = field(default=0.0, init=False)
    _steady_since: float = field(default_factory=time.monotonic, init=False)

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set. A database that is away is waited for."""
        while not stop.is_set():
            if self.try_once() < BATCH:
                stop.wait(max(SHORTEST_LOOK, LOOK_SECONDS * self.pace))
        self.end()

    def try_once(self) -> int:
        """As `run_once`. Raises nothing: an engine that ends would leave callers waiting."""
        try:
            return self.run_once()
        except LedgerError as error:
            log.error("engine_waits", error=str(error))
            self._steady_since = time.monotonic()
        except Exception as error:
            log.error("engine_stumbled", error=type(error).__name__, exc_info=error)
        return 0

    def run_once(self) -> int:
        """Delivers one round of what is due; says how many entries it took. Raises `LedgerError`."""
        self.beat()
        pauses = self.pauses.all()
        rules = {scope.removeprefix("rule:"): pause for scope, pause in pauses.items() if scope != ORG}
        if ORG in pauses:
            return self._probe(pauses[ORG], except_rules=list(rules))
        worked = self._deliver(self._claim(BATCH, except_rules=list(rules)))
        worked += sum(self._probe(pause, only_rule=rule) for rule, pause in rules.items())
        # After the delivery: what waited for the end of a pause has its try before it is given up.
        self._give_up(pauses)
        return worked

    def beat(self) -> None:
        """Says that this engine is alive, now and then. Raises `LedgerError`."""
        if time.monotonic() - self._beaten > BEAT_SECONDS or not self._beaten:
            self.heartbeats.beat(self.name)
            self._beaten = time.monotonic()

    def end(self) -> None:
        """Says that this engine is alive no more; when the database is away its last word just grows old."""
        try:
            self.heartbeats.stop(self.name)
        except LedgerError:
            return

    def only_others_wait(self, only_rule: str | None = None) -> bool:
        """Whether all that waits is of sources that are not configured in this process. Raises `LedgerError`."""
        if self.queue.anything_waits(only_rule=only_rule, sources=self._sources()):
            return False
        return self.queue.anything_waits(only_rule=only_rule)

    @property
    def _patience(self) -> float:
        return self.others_after * self.pace

    def _sources(self) -> Collection[str]:
        return self.batches.current.get().config.sources.keys()

    def _claim(self, limit: int, *, whenever: bool = False, **choice: Any) -> list[Entry]:
        # Who knows its source could not take it in a pause, nor perhaps while this engine could not.
        could_take = not whenever and time.monotonic() - self._steady_since > self._patience
        return self.queue.claim(
            uuid.uuid4().hex,
            LEASE_SECONDS,
            limit,
            whenever=whenever,
            sources=self._sources(),
            others_after=self._patience if could_take else None,
            **choice,
        )

    def _deliver(self, entries: list[Entry]) -> int:
        if entries:
            lease = str(entries[0].lease)
            self.batches.deliver(entries, lambda: self._renew(lease))
        return len(entries)

    def _renew(self, lease: str) -> None:
        self.queue.renew(lease, LEASE_SECONDS)
        self.beat()

    def _probe(self, pause: Pause, **choice: Any) -> int:
        """One callback tries what is paused; its success ends the pause."""
        # A pause may be of a newer Ringback, whose reasons this one does not know.
        probe_in = (Reason.of(pause.reason) or Reason.CRM_UNAVAILABLE).probe_seconds * self.pace
        only_rule = choice.get("only_rule")
        # Left to those who know what waits; if there are none, the pause must not last for ever.
        late = self._patience if self.only_others_wait(only_rule) else 0.0
        if not self.pauses.take_probe(pause.scope, probe_in, late):
            return 0
        chosen = self._claim(1, whenever=True, **choice) or self._claim(1, whenever=True, only_rule=only_rule)
        if not chosen:
            # Nothing waits any more, so nothing can show that it works; the next callback will.
            self.troubles.end(pause.scope)
            return 0
        self.batches.deliver(chosen)
        probed = self.ledger.get(chosen[0].id)
        if probed is not None and _shows_that_it_works(probed, pause.scope):
            self.troubles.end(pause.scope)
        return 1

    def _give_up(self, pauses: dict[str, Pause]) -> None:
        """What has waited too long needs a person; the clock stands still while delivery is paused."""
        if pauses or time.monotonic() - self._swept < SWEEP_SECONDS * self.pace:
            return
        self._swept = time.monotonic()
        oldest = self.ledger.now() - self.give_up_after
        old = rows.c.state == State.WAITING.value, rows.c.received_at < oldest, rows.c.attempts > 0
        for entry in self.ledger.select(*old, limit=BATCH):
            line = self.batches.attempts.decided(Event.GAVE_UP, entry.reason, entry.message)
            self.ledger.change(entry.id, changes.give_up, moved=line)
            log.error(
                "gave_up", event_id=entry.event_id, source=entry.source, reason=entry.reason, message=entry.message
            )


def _shows_that_it_works(probed: Entry, scope: str) -> bool:
    """Whether a probe's end says that the trouble is over. Not where nobody was asked."""
    reason = Reason.of(probed.reason)
    if probed.state is State.RECEIVED or (reason is not None and reason.tells is Tells.NOTHING):
        return False
    if probed.state is not State.WAITING:
        return True
    if reason is Reason.CASE_NOT_VISIBLE:
        return True
    # Trouble of a rule or of a record is an answer of an org that works.
    return scope == ORG and reason is not None and (reason.scope is Scope.RULE or reason is Reason.RECORD_LOCKED)

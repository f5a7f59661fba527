"""Repairs many callbacks in the background: some at a time, by whichever engine of the fleet has the duty.

One that dies leaves its duty, and what it attempted, to the others: another goes on where the results end.
"""

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import structlog

from app.crm.port import MOST_AT_ONCE
from app.delivery.attempt import Attempts
from app.delivery.engine.leases import LEASE_SECONDS
from app.delivery.engine.repeated import repeated
from app.domain.asked import AskedFor
from app.ledger.database import LedgerError
from app.ledger.duties import Duties
from app.ledger.ledger import Ledger
from app.ledger.repairs import Left, Repair, RepairDeed, Repaired, Repairs
from app.operations.discard import Discard, Discarding
from app.operations.fates import ATTEMPTED, ReplayFate
from app.operations.find import entries_of
from app.operations.replay import Replay
from app.rules_in_force.in_force import InForce

log = structlog.get_logger()

DUTY = "repair"
DUTY_SECONDS = 60.0
LOOK_SECONDS = 2.0
SHORTEST_LOOK = 0.2
# Each discard is a change of its own, and may ask the CRM.
MOST_DISCARDED = 50
# So long until whoever attempts a callback just now is done with it, or an engine has taken it over.
AGAIN_SECONDS = LEASE_SECONDS + 10.0


@dataclass
class Repairing:
    """`attempts` makes them for a runner and for whoever asked. `pace` stretches the waiting times."""

    ledger: Ledger
    in_force: InForce
    attempts: Callable[[str, AskedFor], Attempts]
    pace: float = 1.0
    name: str = field(default_factory=lambda: uuid.uuid4().hex, init=False)
    _asked: threading.Event = field(default_factory=threading.Event, init=False)

    def __post_init__(self) -> None:
        self._repairs, self._duties = Repairs(self.ledger.database), Duties(self.ledger.database)

    def look_now(self) -> None:
        """Something was asked for in this process. Others find it by themselves."""
        self._asked.set()

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; whatever happens here is no reason to trouble the callbacks."""
        # It may have been made before the processes forked, and each needs a name of its own.
        self.name = uuid.uuid4().hex
        while not stop.is_set():
            try:
                if self.run_once(stop):
                    continue
            except LedgerError as error:
                log.warning("repair_waits", error=str(error))
            except Exception as error:
                log.error("repair_stumbled", error=type(error).__name__, exc_info=error)
            self._asked.wait(max(SHORTEST_LOOK, LOOK_SECONDS * self.pace))
            self._asked.clear()

    def run_once(self, stop: threading.Event) -> bool:
        """Does a part of each repair; says whether there was anything to do. Raises `LedgerError`.

        Two operators' repairs get on side by side.
        """
        under_way = self._repairs.under_way()
        if not under_way or not self._take():
            return False
        with repeated(self._take, DUTY_SECONDS / 3, DUTY):
            worked = [self._work(one) for one in under_way if not stop.is_set()]
        if stop.is_set():
            self._duties.leave(DUTY, self.name, 0.0)
        return any(worked)

    def _take(self) -> bool:
        return self._duties.take(DUTY, self.name, DUTY_SECONDS)

    def _work(self, one: Repair) -> bool:
        left = self._repairs.left(one)
        if not left.now:
            if not left.later:
                self._repairs.end(one)
                fates = self._repairs.counts(one)
                log.info("repaired", repair=one.id, deed=one.deed.value, by=one.asked_by, fates=fates)
            return False
        loaded = self.in_force.loaded
        attempts = self.attempts(one.deed.value, AskedFor(one.asked_by, one.note)).under(loaded.hash)
        if one.deed is RepairDeed.REPLAY:
            results = list(_replayed(Replay(loaded.config, attempts, one.named), left))
        else:
            results = list(self._discarded(Discard(loaded.config, attempts), left))
        self._repairs.note(one, results)
        return True

    def _discarded(self, discarding: Discard, left: Left) -> Iterator[Repaired]:
        some = left.now[:MOST_DISCARDED]
        there = {entry.id: entry for entry in entries_of(self.ledger, some)}
        for entry_id in some:
            entry = there.get(entry_id)
            yield _result(entry_id, discarding.run(entry) if entry else Discarding.GONE, left)


def _replayed(replaying: Replay, left: Left) -> Iterator[Repaired]:
    some = left.now[:MOST_AT_ONCE]
    for result in replaying.run(some):
        # What was said of an attempt stays with its callback, and goes with it.
        note = None if result.fate in ATTEMPTED.values() else result.note
        yield _result(result.id, result.fate, left, result.reason, note)
        if result.fate is ReplayFate.PAUSED and result.id == some[-1]:
            # The one that was tried speaks for all.
            yield from (Repaired(other, _word(ReplayFate.PAUSED)) for other in left.now[MOST_AT_ONCE:])


def _result(
    entry_id: int, fate: ReplayFate | Discarding, left: Left, reason: str | None = None, message: str | None = None
) -> Repaired:
    again = fate in (ReplayFate.LEASED, Discarding.LEASED) and entry_id not in left.before
    return Repaired(entry_id, _word(fate), reason, message, AGAIN_SECONDS if again else None)


def _word(fate: ReplayFate | Discarding) -> str:
    return fate.name.lower()

"""Removes what has been kept long enough: the payloads, and in the end the whole entries; when told, or in time."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.domain.entry import ENDED, State
from app.ledger.audit import deeds_before
from app.ledger.batches import Removal
from app.ledger.configurations import Configurations
from app.ledger.database import LedgerError
from app.ledger.duties import Duties
from app.ledger.ledger import Ledger
from app.ledger.removal import entries_before, payloads_between, remove_payloads, remove_rest_of_purged
from app.ledger.repairs import old_repairs
from app.ledger.served_late import LATE_SECONDS
from app.ledger.served_removal import calls_before
from app.ledger.tables import entry
from app.operations.turns import in_turns
from app.operations.way_back.keeping import old_wishes

log = structlog.get_logger()

DAY = 86_400.0
# In the background.
EVERY_SECONDS = 3600.0
LOOK_SECONDS = 60.0
SHORTEST_LOOK = 1.0


@dataclass(frozen=True)
class Keep:
    """For how many days something is kept from when the callback came; none keeps it for good.

    `failed` is for the payload of what a person has to act on, `payload` for that of what has ended otherwise.
    `skeleton` is for the whole entry: until then a repeat is known as one.
    """

    payload: float | None = 30.0
    failed: float | None = 90.0
    skeleton: float | None = 730.0


@dataclass(frozen=True)
class Removed:
    """How many payloads, by the state of their entries, whole entries, wishes (whole or not), served calls, and deeds
    of the console's users.
    """

    payloads: Counter[State]
    entries: int
    wishes: int = 0
    calls: int = 0
    deeds: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.payloads.total() + self.entries + self.wishes + self.calls + self.deeds


@dataclass(frozen=True)
class Purge:
    """What waits or is being attempted is never touched."""

    ledger: Ledger
    keep: Keep

    def plan(self) -> Removed:
        """What `run` would remove. Raises `LedgerError`."""
        return self._each(lambda removal: removal.count_rows(self.ledger.database))

    def run(self, told: Callable[[int], object] = lambda _: None) -> Removed:
        """Removes it, some at a time; `told` hears how many each time. Raises `LedgerError`."""
        database = self.ledger.database
        removed = self._each(lambda removal: in_turns(lambda: removal.run(database), told))
        Configurations(database).remove_unused()
        database.empty_journal()
        return removed

    def _each(self, do: Callable[[Removal], int]) -> Removed:
        now = self.ledger.now()
        # What goes as a whole need not go twice.
        oldest = _before(now, self.keep.skeleton)
        entries = sum(do(Removal(entry, entries_before(state, oldest))) for state in ENDED)
        payloads: Counter[State] = Counter()
        for state in ENDED:
            before = _before(now, self.keep.failed if state is State.FAILED else self.keep.payload)
            payloads[state] = do(Removal(entry, payloads_between(state, oldest, before), remove_payloads))
        # The others are kept like the payload of a callback, and what waits like that of what has failed.
        before, open_before = _before(now, self.keep.payload), _before(now, self.keep.failed)
        wishes = sum(map(do, old_wishes(oldest, before, open_before)))
        for removal in old_repairs(before):
            do(removal)
        calls = do(calls_before(before, open_before, now - LATE_SECONDS))
        # What was done with an entry is known for as long as the entry is.
        return Removed(+payloads, entries, wishes, calls, do(deeds_before(oldest)))


def _before(now: float, days: float | None) -> float:
    """The end of what is older; nothing came before 1970."""
    return 0.0 if days is None else now - days * DAY


def keep_purging(purge: Purge, stop: threading.Event, pace: float) -> None:
    """Purges now and then until `stop` is set, one process of all at a time. `pace` stretches the times."""
    duties = Duties(purge.ledger.database)
    while not stop.wait(max(SHORTEST_LOOK, LOOK_SECONDS * pace)):
        try:
            if duties.take("purge", uuid.uuid4().hex, EVERY_SECONDS * pace):
                _purge_now(purge)
            if duties.take("sweep", uuid.uuid4().hex, DAY * pace):
                in_turns(lambda: remove_rest_of_purged(purge.ledger.database), lambda _: None)
        except LedgerError as error:
            log.warning("not_purged", error=str(error))
        # Whatever happens here is no reason to trouble the callbacks.
        except Exception as error:
            log.error("not_purged", error=type(error).__name__, exc_info=error)


def _purge_now(purge: Purge) -> None:
    began = time.monotonic()
    removed = purge.run()
    if removed.total:
        # Nobody acted on what had failed, and now nobody can.
        tell = log.warning if removed.payloads[State.FAILED] else log.info
        payloads = {state.value: number for state, number in removed.payloads.items()}
        seconds = round(time.monotonic() - began, 2)
        others = {"wishes": removed.wishes, "calls": removed.calls, "deeds": removed.deeds}
        tell("purged", payloads=payloads, entries=removed.entries, **others, seconds=seconds)

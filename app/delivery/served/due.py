"""What an engine does of the served calls: those whose Cases could not be told at once."""

import math
import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from app.delivery.courier.courier import FEW
from app.delivery.served.callbacks import link_late
from app.delivery.served.noting import LEASE_SECONDS, Noting
from app.domain.reasons import Tells
from app.domain.served_call import ServedCase
from app.domain.source import Source
from app.rules_in_force.in_force import InForce
from app.waiting import Deadline

# So few at a time keep no callback waiting.
MOST = 20
SECONDS = 30.0
# What has less left is left for the next round.
ENOUGH_SECONDS = 5.0
# How often it is looked for callbacks that came after their caller's call.
LATE_LOOK_SECONDS = 60.0
_AWAY = (Tells.AWAY, Tells.CLOSED)


@dataclass
class DueCalls:
    """Asks the database nothing where no source notes calls. Everything raises `LedgerError`."""

    in_force: InForce
    noting: Noting
    _looked_at: float = field(default=-math.inf, init=False)

    def run(self) -> int:
        """Tries some that are due; says how many."""
        sources = self._sources()
        if sources:
            self._link_late(sources)
        if not self.anything_due():
            return 0
        claimed = self.noting.calls.claim(uuid.uuid4().hex, LEASE_SECONDS, MOST, sources)
        deadline, away = Deadline(SECONDS), threading.Event()

        def run(case: ServedCase) -> None:
            # When Salesforce seems to be away, the rest is due again.
            if away.is_set() or deadline.remaining() < ENOUGH_SECONDS:
                self.noting.give_back(case)
                return
            _, error = self.noting.run(case, sources[case.source], deadline)
            if error is not None and error.reason.tells in _AWAY:
                away.set()

        with ThreadPoolExecutor(FEW, thread_name_prefix="engine-served") as pool:
            for _ in pool.map(run, claimed):
                pass
        return len(claimed)

    def anything_due(self) -> bool:
        """Whether some are due just now."""
        sources = self._sources()
        return bool(sources) and self.noting.calls.anything_due(sources)

    def _link_late(self, sources: Mapping[str, Source]) -> None:
        attempts = self.noting.attempts
        if time.monotonic() - self._looked_at > LATE_LOOK_SECONDS * attempts.troubles.pace:
            link_late(attempts.ledger, sources)
            self._looked_at = time.monotonic()

    def _sources(self) -> Mapping[str, Source]:
        sources = self.in_force.loaded.config.sources
        return {name: source for name, source in sources.items() if source.served_callers}

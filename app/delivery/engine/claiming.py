"""What an engine takes of the ledger, and how it is delivered."""

import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from app.delivery.attempt import Attempts
from app.delivery.engine.batch import Batch
from app.delivery.engine.leases import LEASE_SECONDS, Leases
from app.domain.entry import Entry
from app.ledger.queue import Queue
from app.rules_in_force.in_force import InForce

# Processes with a newer configuration have so long to take what waits of a source that is not in this one's.
OTHERS_SECONDS = 1200.0


@dataclass
class Claiming:
    """`others_after` is how long a source that is not configured here is left to others; the pace stretches it."""

    queue: Queue
    in_force: InForce
    attempts: Attempts
    others_after: float = OTHERS_SECONDS
    under_way: list[Leases] = field(default_factory=list, init=False)
    _steady_since: float = field(default_factory=time.monotonic, init=False)

    @property
    def patience(self) -> float:
        """Seconds that others have for what waits of a source that is not configured here."""
        return self.others_after * self.attempts.troubles.pace

    @property
    def is_stuck(self) -> bool:
        """Whether a delivery has not got on for too long."""
        return any(leases.is_stuck for leases in list(self.under_way))

    def disturbed(self) -> None:
        """The ledger was away: others could not take what waits of theirs."""
        self._steady_since = time.monotonic()

    def only_others_wait(self, only_rule: str | None = None) -> bool:
        """Whether all that waits is of sources that are not configured in this process. Raises `LedgerError`."""
        if self.queue.anything_waits(only_rule=only_rule, sources=self._sources()):
            return False
        return self.queue.anything_waits(only_rule=only_rule)

    def deliver(self, limit: int, *, probe: bool = False, **choice: Any) -> list[Entry]:
        """Claims and delivers up to so many; returns them as they were claimed. Raises `LedgerError`."""
        now, began = self.in_force.loaded, time.monotonic()
        entries = self.claim(limit, whenever=probe, **choice)
        if entries:
            leases = Leases(self.queue, str(entries[0].lease), began)
            self.under_way.append(leases)
            try:
                Batch(now.config, self.attempts.under(now.hash), leases, probe).deliver(entries)
            finally:
                self.under_way.remove(leases)
        return entries

    def claim(self, limit: int, *, whenever: bool = False, **choice: Any) -> list[Entry]:
        """Up to so many that are due, the oldest first, as `Queue.claim` chooses. Raises `LedgerError`."""
        # Who knows its source could not take it in a pause, nor perhaps while this engine could not.
        could_take = not whenever and time.monotonic() - self._steady_since > self.patience
        others_after = self.patience if could_take else None
        words = {"whenever": whenever, "sources": self._sources(), "others_after": others_after, **choice}
        return self.queue.claim(uuid.uuid4().hex, LEASE_SECONDS, limit, **words)

    def _sources(self) -> Collection[str]:
        return self.in_force.loaded.config.sources.keys()

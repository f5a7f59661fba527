"""What an engine takes of the ledger."""

import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from app.delivery.engine.leases import LEASE_SECONDS
from app.domain.entry import Entry
from app.ledger.queue import Queue
from app.rules_in_force.in_force import InForce

# Processes with a newer configuration have so long to take what waits of a source that is not in this one's.
OTHERS_SECONDS = 1200.0


@dataclass
class Claiming:
    """`others_after` is how long a source that is not configured here is left to others; `pace` stretches it."""

    queue: Queue
    in_force: InForce
    pace: float = 1.0
    others_after: float = OTHERS_SECONDS
    _steady_since: float = field(default_factory=time.monotonic, init=False)

    @property
    def patience(self) -> float:
        """Seconds that others have for what waits of a source that is not configured here."""
        return self.others_after * self.pace

    def disturbed(self) -> None:
        """The ledger was away: others could not take what waits of theirs."""
        self._steady_since = time.monotonic()

    def only_others_wait(self, only_rule: str | None = None) -> bool:
        """Whether all that waits is of sources that are not configured in this process. Raises `LedgerError`."""
        if self.queue.anything_waits(only_rule=only_rule, sources=self._sources()):
            return False
        return self.queue.anything_waits(only_rule=only_rule)

    def claim(self, limit: int, *, whenever: bool = False, **choice: Any) -> list[Entry]:
        """Up to so many that are due, the oldest first, as `Queue.claim` chooses. Raises `LedgerError`."""
        # Who knows its source could not take it in a pause, nor perhaps while this engine could not.
        could_take = not whenever and time.monotonic() - self._steady_since > self.patience
        return self.queue.claim(
            uuid.uuid4().hex,
            LEASE_SECONDS,
            limit,
            whenever=whenever,
            sources=self._sources(),
            others_after=self.patience if could_take else None,
            **choice,
        )

    def _sources(self) -> Collection[str]:
        return self.in_force.get().config.sources.keys()

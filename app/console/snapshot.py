"""How it is, for the overview: looked up once for all who look at the same time."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.alerting.conditions import AlertCondition, Watch
from app.ledger.incidents import Incidents
from app.ledger.ledger import Ledger
from app.ledger.repairs import Repair, Repairs
from app.operations.dropped import LackingFields
from app.operations.now import Now
from app.operations.today import Today

# Any number of people who look cost one look in this time.
FRESH_SECONDS = 2.0
# The latest repairs.
MOST_REPAIRS = 5


@dataclass(frozen=True)
class Snapshot:
    """`wrong` is what alerts tell of, whether or not anybody is told; `told` says since when, where somebody was.

    `lacks` is what the latest Cases were made without. `repairs` are the latest, each with how many of its callbacks
    are done.
    """

    now: Now
    today: Today
    lacks: Sequence[LackingFields]
    wrong: Sequence[AlertCondition]
    told: Mapping[str, float]
    repairs: Sequence[tuple[Repair, int]]


@dataclass
class Snapshots:
    """Safe to use from many threads."""

    ledger: Ledger
    watch: Watch
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _latest: tuple[float, Snapshot] | None = field(default=None, init=False)

    def now(self) -> Snapshot:
        """How it is, or was a moment ago. Raises `LedgerError`."""
        with self._lock:
            if self._latest is None or time.monotonic() - self._latest[0] > FRESH_SECONDS:
                self._latest = time.monotonic(), self._look()
            return self._latest[1]

    def _look(self) -> Snapshot:
        database, now = self.ledger.database, Now.of(self.ledger.database)
        today = Today.of(self.ledger, self.watch.in_force.loaded.config, now)
        lacks = self.watch.lacking()
        wrong = [*self.watch.own(), *self.watch.common(now, lacks)]
        _, incidents = Incidents(database).all()
        told = {one.key: one.told_at for one in incidents if one.told_at is not None}
        return Snapshot(now, today, lacks, wrong, told, Repairs(database).latest_progress(MOST_REPAIRS))

"""What is found out when somebody looks at the metrics."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.delivery.current import Current
from app.ledger.database import Database, LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.pauses import Pauses
from app.ledger.probe import backlog
from app.metrics import Metric, Sample
from app.operations.readiness import Readiness


@dataclass(frozen=True)
class Gauges:
    """What the ledger says is left out while it is away."""

    readiness: Readiness
    current: Current
    database: Database
    version: str

    def now(self) -> list[Sample]:
        """Each value with its metric and labels. Raises nothing."""
        ready = self.readiness.now().reason is None
        try:
            ledger = list(self._ledger()) if ready else []
        except LedgerError:
            ready, ledger = False, []
        return [(Metric.READY, (), float(ready)), *self._process(), *ledger]

    def _process(self) -> Iterator[Sample]:
        yield Metric.BUILD_INFO, (self.version,), 1.0
        yield Metric.CONFIG_INFO, (self.current.get().hash,), 1.0
        yield Metric.CONFIG_REJECTED, (), float(self.current.rejected is not None)

    def _ledger(self) -> Iterator[Sample]:
        yield Metric.ENGINE_ALIVE, (), float(Heartbeats(self.database).alive())
        for state, (count, oldest) in backlog(self.database).items():
            yield Metric.BACKLOG, (state,), float(count)
            yield Metric.OLDEST_SECONDS, (state,), max(0.0, oldest)
        for pause, seconds in Pauses(self.database).durations():
            yield Metric.PAUSED_SECONDS, (pause.scope, pause.reason), max(0.0, seconds)

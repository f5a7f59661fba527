"""What is found out when somebody looks at the metrics."""

from dataclasses import dataclass, field

from app.ledger.database import Database
from app.ledger.heartbeats import Heartbeats
from app.ledger.pauses import Pauses
from app.ledger.probe import backlog
from app.metrics import Metric, Sample
from app.operations.looks import Looks
from app.operations.readiness import Readiness
from app.rules_in_force.in_force import InForce


@dataclass(frozen=True)
class Gauges:
    """What the ledger says is left out while it is away."""

    readiness: Readiness
    current: InForce
    database: Database
    version: str
    _looks: Looks = field(default_factory=Looks)

    def now(self) -> list[Sample]:
        """Each value with its metric and labels. Raises nothing: what cannot be found out is missing."""
        ready = self._looks.at("ready", lambda: self.readiness.now().reason is None, otherwise=False)
        asked = {"engine": self._engine, "backlog": self._backlog, "pauses": self._pauses} if ready else {}
        found = [self._looks.at(name, ask, None) for name, ask in asked.items()]
        shown = [sample for samples in found for sample in samples or ()]
        process = self._looks.at("process", self._process, [])
        return [(Metric.READY, (), float(ready and None not in found)), *process, *shown]

    def _process(self) -> list[Sample]:
        return [
            (Metric.BUILD_INFO, (self.version,), 1.0),
            (Metric.CONFIG_INFO, (self.current.get().hash,), 1.0),
            (Metric.CONFIG_REJECTED, (), float(self.current.rejected is not None)),
        ]

    def _engine(self) -> list[Sample]:
        return [(Metric.ENGINE_ALIVE, (), float(Heartbeats(self.database).alive()))]

    def _backlog(self) -> list[Sample]:
        states = backlog(self.database).items()
        counts: list[Sample] = [(Metric.BACKLOG, (state,), float(count)) for state, (count, _) in states]
        return counts + [(Metric.OLDEST_SECONDS, (state,), max(0.0, oldest)) for state, (_, oldest) in states]

    def _pauses(self) -> list[Sample]:
        paused = Pauses(self.database).durations()
        return [(Metric.PAUSED_SECONDS, (one.scope, one.reason), max(0.0, seconds)) for one, seconds in paused]

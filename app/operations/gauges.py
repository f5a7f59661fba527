"""What is found out when somebody looks at the metrics."""

from dataclasses import dataclass, field

from app.ledger.database import Database
from app.metrics import Metric, Sample
from app.operations.looks import Looks
from app.operations.now import Now
from app.operations.readiness import Readiness
from app.rules_in_force.in_force import InForce


@dataclass(frozen=True)
class Gauges:
    """What the ledger says is left out while it is away."""

    readiness: Readiness
    in_force: InForce
    database: Database
    version: str
    _looks: Looks = field(default_factory=Looks)

    def now(self) -> list[Sample]:
        """Each value with its metric and labels. Raises nothing: what cannot be found out is missing."""
        ready = self._looks.at("ready", lambda: self.readiness.now().reason is None, otherwise=False)
        ledger = self._looks.at("ledger", self._ledger, None) if ready else None
        process = self._looks.at("process", self._process, [])
        return [(Metric.READY, (), float(ledger is not None)), *process, *(ledger or ())]

    def _process(self) -> list[Sample]:
        return [
            (Metric.BUILD_INFO, (self.version,), 1.0),
            (Metric.CONFIG_INFO, (self.in_force.loaded.hash,), 1.0),
            (Metric.CONFIG_REJECTED, (), float(self.in_force.rejected is not None)),
        ]

    def _ledger(self) -> list[Sample]:
        now = Now.of(self.database)
        opened = now.open.items()
        counts: list[Sample] = [(Metric.BACKLOG, (state.value,), float(count)) for state, (count, _) in opened]
        oldest: list[Sample] = [(Metric.OLDEST_SECONDS, (state.value,), age) for state, (_, age) in opened]
        paused: list[Sample] = [
            (Metric.PAUSED_SECONDS, (pause.scope, pause.reason), max(0.0, now.clock - pause.since))
            for pause in now.pauses.values()
        ]
        reconciled = self._looks.at("reconcile", lambda: self._reconciled(now), [])
        return [(Metric.ENGINE_ALIVE, (), float(now.engine_alive)), *counts, *oldest, *paused, *reconciled]

    def _reconciled(self, now: Now) -> list[Sample]:
        runs = now.reconciles_of(self.in_force.loaded.config)
        return [(Metric.RECONCILE_SUCCEEDED, (run.source,), run.succeeded_at or 0.0) for run in runs]

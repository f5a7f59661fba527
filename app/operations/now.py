"""How it is now: the one snapshot that health, metrics, alerts and advice go by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.domain.entry import State
from app.ledger.database import Database
from app.ledger.heartbeats import Heartbeats, is_alive
from app.ledger.pauses import Pause, Pauses
from app.ledger.probe import Backlog, backlog
from app.ledger.reconcile_runs import ReconcileRun, ReconcileRuns
from app.mapping.rules import Config


@dataclass(frozen=True)
class Now:
    """What the ledger knows of delivery as a whole.

    `clock` is the ledger's, in seconds since 1970. `engine_seen` is how many seconds ago any engine was alive, none if
    never. `open` counts the callbacks in each open state. `pauses` are by scope, `reconciles` the latest run of each
    source that has ever been reconciled.
    """

    clock: float
    engine_seen: float | None
    open: Mapping[State, Backlog]
    pauses: Mapping[str, Pause]
    reconciles: Sequence[ReconcileRun] = ()

    @classmethod
    def of(cls, database: Database) -> "Now":
        """Raises `LedgerError`."""
        with database.read() as connection:
            clock = float(connection.execute(select(database.now())).scalar_one())
        pauses, reconciles = Pauses(database).all(), ReconcileRuns(database).all()
        return cls(clock, Heartbeats(database).last_seen(), backlog(database), pauses, reconciles)

    @property
    def engine_alive(self) -> bool:
        """Whether any engine delivers what waits."""
        return is_alive(self.engine_seen)

    def reconciles_of(self, config: Config) -> list[ReconcileRun]:
        """Those of the sources that are reconciled still."""
        wanted = {name for name, source in config.sources.items() if source.reconcile is not None}
        return [one for one in self.reconciles if one.source in wanted]

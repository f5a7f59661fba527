"""How the latest run of each source's reconcile ended, whichever process of the fleet it was."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.domain.errors import RingbackError
from app.ledger.database import Database
from app.ledger.tables import reconcile_run


@dataclass(frozen=True)
class ReconcileRun:
    """Times are seconds since 1970: `succeeded_at` of the latest that went well. `reason` is why this one did not."""

    source: str
    ran_at: float
    succeeded_at: float | None = None
    reason: str | None = None
    message: str | None = None


class ReconcileRuns:
    """Raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[ReconcileRun]:
        """The latest of each source."""
        with self._database.read() as connection:
            rows = connection.execute(select(reconcile_run).order_by(reconcile_run.c.source)).all()
        return [ReconcileRun(**row._mapping) for row in rows]

    def note(self, source: str, error: RingbackError | None) -> None:
        """One has just ended, well or with this error."""
        clock = select(self._database.now())
        why = {"reason": error.reason.word if error else None, "message": error.message if error else None}

        def note(connection: Connection) -> None:
            now = connection.execute(clock).scalar_one()
            ended = {"ran_at": now, **why, **({} if error else {"succeeded_at": now})}
            new = self._database.insert(reconcile_run).values(source=source, **ended)
            connection.execute(new.on_conflict_do_update(index_elements=[reconcile_run.c.source], set_=ended))

        self._database.write(note)

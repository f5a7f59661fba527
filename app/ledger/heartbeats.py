"""Which engines are alive."""

from sqlalchemy import delete, func, insert, select, update

from app.ledger.database import ConflictError, Database, once_more
from app.ledger.tables import heartbeat

ALIVE_SECONDS = 60.0


class Heartbeats:
    """Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @once_more
    def beat(self, engine: str) -> None:
        """This engine is alive; those that have been dead for long are forgotten."""
        now = self._database.now()
        with self._database.write() as connection:
            connection.execute(delete(heartbeat).where(heartbeat.c.seen_at < now - 60 * ALIVE_SECONDS))
            seen = connection.execute(update(heartbeat).where(heartbeat.c.engine == engine).values(seen_at=now))
        if not seen.rowcount:
            self._first(engine)

    def stop(self, engine: str) -> None:
        """This engine ends."""
        with self._database.write() as connection:
            connection.execute(delete(heartbeat).where(heartbeat.c.engine == engine))

    @once_more
    def alive(self) -> bool:
        """Whether any engine was seen within the last minute."""
        return is_alive(self.last_seen())

    def last_seen(self) -> float | None:
        """How many seconds ago any engine was seen; none if never."""
        with self._database.read() as connection:
            latest = select(self._database.now() - func.max(heartbeat.c.seen_at))
            age = connection.execute(latest).scalar_one()
        return None if age is None else max(0.0, float(age))

    def _first(self, engine: str) -> None:
        try:
            with self._database.write() as connection:
                connection.execute(insert(heartbeat).values(engine=engine, seen_at=self._database.now()))
        except ConflictError:  # another thread of this engine was faster
            return


def is_alive(seen: float | None) -> bool:
    """Whether what was last seen so many seconds ago counts as an engine that is alive."""
    return seen is not None and seen < ALIVE_SECONDS

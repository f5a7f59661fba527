"""Which engines are alive."""

from sqlalchemy import Connection, delete, func, select

from app.ledger.database import Database, once_more
from app.ledger.tables import heartbeat
from app.waiting import Deadline, looks

ALIVE_SECONDS = 60.0
# How soon one who waits for an engine looks again; then less and less often.
LOOK_AGAIN = 0.2
SELDOM = 1.0


class Heartbeats:
    """Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, engine: str) -> None:
        """This engine is alive; those that have been dead for long are forgotten."""
        now = self._database.now()
        seen = self._database.insert(heartbeat).values(engine=engine, seen_at=now)
        alive = seen.on_conflict_do_update(index_elements=[heartbeat.c.engine], set_={"seen_at": now})

        def beat(connection: Connection) -> None:
            connection.execute(delete(heartbeat).where(heartbeat.c.seen_at < now - 60 * ALIVE_SECONDS))
            connection.execute(alive)

        self._database.write(beat)

    def stop(self, engine: str) -> None:
        """This engine ends."""
        self._database.write(
            lambda connection: connection.execute(delete(heartbeat).where(heartbeat.c.engine == engine))
        )

    @once_more
    def alive(self) -> bool:
        """Whether any engine was seen within the last minute."""
        return is_alive(self.last_seen())

    def alive_by(self, deadline: Deadline) -> bool:
        """The same, with patience: while the last one restarts, none is alive for some seconds."""
        return self.alive() or any(self.alive() for _ in looks(deadline, LOOK_AGAIN, SELDOM))

    def last_seen(self) -> float | None:
        """How many seconds ago any engine was seen; none if never."""
        with self._database.read() as connection:
            latest = select(self._database.now() - func.max(heartbeat.c.seen_at))
            age = connection.execute(latest).scalar_one()
        return None if age is None else max(0.0, float(age))


def is_alive(seen: float | None) -> bool:
    """Whether what was last seen so many seconds ago counts as an engine that is alive."""
    return seen is not None and seen < ALIVE_SECONDS

"""Which engines are alive."""

from sqlalchemy import Connection, delete, func, select

from app.ledger.database import Database, once_more
from app.ledger.tables import heartbeat

ALIVE_SECONDS = 60.0


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
        with self._database.read() as connection:
            recent = select(func.count()).where(heartbeat.c.seen_at > self._database.now() - ALIVE_SECONDS)
            return bool(connection.execute(recent).scalar_one())

    def last_seen(self) -> float | None:
        """How many seconds ago any engine was seen; none if never."""
        with self._database.read() as connection:
            latest = select(self._database.now() - func.max(heartbeat.c.seen_at))
            age = connection.execute(latest).scalar_one()
        return None if age is None else max(0.0, float(age))

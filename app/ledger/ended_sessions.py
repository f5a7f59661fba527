"""Sessions of the console that were signed out: whoever has kept such a cookie does not come in with it."""

from sqlalchemy import delete, select

from app.ledger.database import Database
from app.ledger.tables import ended_session


class EndedSessions:
    """Raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def end(self, session: str, seconds: float) -> None:
        """From now on the session is over; after so many seconds it would be by itself."""
        ended = self._database.insert(ended_session).values(session=session, until=self._database.now() + seconds)
        self._database.write(lambda connection: connection.execute(ended.on_conflict_do_nothing()))

    def has(self, session: str) -> bool:
        """Whether the session was signed out."""
        wanted = select(ended_session.c.session).where(ended_session.c.session == session)
        with self._database.read() as connection:
            return connection.execute(wanted).first() is not None

    def forget_old(self) -> None:
        """Removes those that would be over by now anyway."""
        old = delete(ended_session).where(ended_session.c.until < self._database.now())
        self._database.write(lambda connection: connection.execute(old))

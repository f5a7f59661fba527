"""What only one process of the whole fleet does at a time."""

from sqlalchemy import insert, or_, update

from app.ledger.database import ConflictError, Database
from app.ledger.tables import duty


class Duties:
    """Raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str, seconds: float) -> bool:
        """Whether the duty is the holder's for so long: it was free, or is its own already."""
        now = self._database.now()
        mine = duty.c.name == name, or_(duty.c.holder == holder, duty.c.until < now)
        with self._database.write() as connection:
            taken = connection.execute(update(duty).where(*mine).values(holder=holder, until=now + seconds))
        return bool(taken.rowcount) or self._first(name, holder, seconds)

    def _first(self, name: str, holder: str, seconds: float) -> bool:
        try:
            with self._database.write() as connection:
                until = self._database.now() + seconds
                connection.execute(insert(duty).values(name=name, holder=holder, until=until))
        except ConflictError:
            return False
        return True

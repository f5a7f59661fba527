"""What only one process of the whole fleet does at a time."""

from sqlalchemy import Connection, or_, update

from app.ledger.database import Database
from app.ledger.tables import duty


class Duties:
    """Raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str, seconds: float) -> bool:
        """Takes the duty for so long, if it is free or the holder's own already; says whether it could."""
        until = self._database.now() + seconds
        wanted = self._database.insert(duty).values(name=name, holder=holder, until=until)
        mine = or_(duty.c.holder == holder, duty.c.until < self._database.now())
        taken = wanted.on_conflict_do_update(
            index_elements=[duty.c.name], set_={"holder": holder, "until": until}, where=mine
        ).returning(duty.c.name)

        def take(connection: Connection) -> bool:
            return connection.execute(taken).first() is not None

        return self._database.write(take)

    def leave(self, name: str, holder: str, seconds: float) -> None:
        """The holder has done it: for so long nobody takes it, not even the same holder."""
        mine = duty.c.name == name, duty.c.holder == holder
        left = update(duty).where(*mine).values(holder="", until=self._database.now() + seconds)
        self._database.write(lambda connection: connection.execute(left))

"""What people did with the console, and what they looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select

from app.ledger.batches import Removal
from app.ledger.database import Database
from app.ledger.tables import audit


@dataclass(frozen=True)
class Deed:
    """What somebody did. `entry_id` is the callback that it was done with, `note` why, `client` the browser's address.

    `at` is in seconds since 1970, by the database's clock; it and the id are none before it is kept.
    """

    user: str
    role: str
    deed: str
    request_id: str
    entry_id: int | None = None
    note: str | None = None
    client: str | None = None
    at: float | None = None
    id: int | None = None


class AuditTrail:
    """Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, deed: Deed) -> None:
        """When it returns, the deed is on the disk."""
        values = {name: value for name, value in vars(deed).items() if name not in ("at", "id")}
        kept = insert(audit).values(at=self._database.now(), **values)
        self._database.write(lambda connection: connection.execute(kept))

    def latest(self, limit: int, before: int | None = None) -> Sequence[Deed]:
        """The newest first; only those older than the id `before`, if it is given."""
        older = [audit.c.id < before] if before is not None else []
        return self._read(select(audit).where(*older).order_by(audit.c.id.desc()).limit(limit))

    def of_entry(self, entry_id: int, limit: int) -> Sequence[Deed]:
        """What was done with a callback, the newest first."""
        return self._read(select(audit).where(audit.c.entry_id == entry_id).order_by(audit.c.id.desc()).limit(limit))

    def _read(self, wanted: Any) -> Sequence[Deed]:
        with self._database.read() as connection:
            return [_deed(row) for row in connection.execute(wanted)]


def deeds_before(before: float) -> Removal:
    """What was done before then."""
    return Removal(audit, [audit.c.at < before])


def _deed(row: Row[Any]) -> Deed:
    return Deed(**row._mapping)

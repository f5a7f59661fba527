"""Keeps which objects' external ids an org was seen to keep unique."""

from contextlib import suppress

from sqlalchemy import ColumnElement, and_, delete, select

from app.ledger.database import Database, LedgerError
from app.ledger.tables import unique_index


class UniqueIndexes:
    """The port `KnownIndexes`: while the database is away nothing is known, and nothing is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen_at(self, org: str, object_name: str, field: str) -> float | None:
        """When it was seen last, in seconds since 1970; 0 if never, none while the database is away."""
        try:
            with self._database.read() as connection:
                asked = select(unique_index.c.seen_at).where(_named(org, object_name, field))
                return float(connection.execute(asked).scalar_one_or_none() or 0)
        except LedgerError:
            return None

    def keep(self, org: str, object_name: str, field: str, at: float) -> None:
        """Notes when it was seen."""
        row = {"org_id": org, "object": object_name, "field": field, "seen_at": at}
        new = self._database.insert(unique_index).values(**row)
        kept = new.on_conflict_do_update(index_elements=unique_index.primary_key.columns, set_={"seen_at": at})
        with suppress(LedgerError):
            self._database.write(lambda connection: connection.execute(kept))

    def forget(self, org: str, object_name: str, field: str) -> None:
        """Notes that it was seen not to be unique."""
        forgotten = delete(unique_index).where(_named(org, object_name, field))
        with suppress(LedgerError):
            self._database.write(lambda connection: connection.execute(forgotten))


def _named(org: str, object_name: str, field: str) -> ColumnElement[bool]:
    return and_(unique_index.c.org_id == org, unique_index.c.object == object_name, unique_index.c.field == field)

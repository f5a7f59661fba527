"""Brings the database up to date, and says what that meant."""

from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError

from app.ledger.database import Database, LedgerError
from app.ledger.migrate import migrate


def bring_up_to_date(database: Database) -> tuple[str | None, str | None]:
    """The revisions before and after. Raises `LedgerError`."""
    before = _revision(database)
    try:
        migrate(database)
    except CommandError as error:
        raise LedgerError(f"it is at revision {before}, which only a newer Ringback knows") from error
    return before, _revision(database)


def _revision(database: Database) -> str | None:
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()

"""Brings the database up to date, and says what that meant."""

from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError

from app.ledger.database import Database, LedgerError
from app.ledger.migrate import migrate


def bring_up_to_date(database: Database, back_to: str | None = None) -> tuple[str | None, str | None]:
    """The revisions before and after. `back_to` is one that an older Ringback wants. Raises `LedgerError`."""
    before = _revision(database)
    try:
        migrate(database, back_to)
    except CommandError as error:
        why = f"and never was at {back_to}" if back_to else "which only a newer Ringback knows"
        raise LedgerError(f"it is at revision {before}, {why}") from error
    return before, _revision(database)


def _revision(database: Database) -> str | None:
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()

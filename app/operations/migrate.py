"""Brings the database up to date, and says what that meant."""

from app.ledger.database import Database, LedgerError
from app.ledger.migrate import UnknownRevisionError, migrate, revision_of


def bring_up_to_date(database: Database, back_to: str | None = None) -> tuple[str | None, str | None]:
    """The revisions before and after. `back_to` is one that an older Ringback wants. Raises `LedgerError`."""
    before = revision_of(database)
    try:
        migrate(database, back_to)
    except UnknownRevisionError as error:
        why = f"and never was at {back_to}" if back_to else "which only a newer Ringback knows"
        raise LedgerError(f"it is at revision {before}, {why}") from error
    return before, revision_of(database)

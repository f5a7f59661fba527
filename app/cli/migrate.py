"""`ringback migrate`: bring the database up to date."""

from contextlib import closing

import click

from app.cli.opened import stopping
from app.cli.tell import tell
from app.ledger.database import Database, LedgerError
from app.ledger.migrate import UnknownRevisionError, revision_of
from app.ledger.migrate import migrate as migrate_database
from app.settings import load_ledger_settings


@click.command()
@click.option("--back-to", metavar="REVISION", help="Make it fit for an older Ringback again. Stop all others before.")
def migrate(back_to: str | None) -> None:
    """Bring the database up to date. Running it again does no harm."""
    with stopping(), closing(Database(load_ledger_settings().database_url)) as database:
        before = revision_of(database)
        try:
            migrate_database(database, back_to)
        except UnknownRevisionError as error:
            why = f"and never was at {back_to}" if back_to else "which only a newer Ringback knows"
            raise LedgerError(f"it is at revision {before}, {why}") from error
        after = revision_of(database)
    if before == after:
        tell(f"The database is {'at' if back_to else 'up to date:'} revision {after}.")
    else:
        tell(f"The database was brought from {before or 'nothing'} to revision {after}.")

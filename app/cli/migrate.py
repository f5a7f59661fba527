"""`ringback migrate`: bring the database up to date."""

import click

from app.cli.opened import stopping
from app.cli.tell import tell
from app.ledger.database import Database
from app.operations.migrate import bring_up_to_date
from app.settings import load_ledger_settings


@click.command()
@click.option("--back-to", metavar="REVISION", help="Make it fit for an older Ringback again. Stop all others before.")
def migrate(back_to: str | None) -> None:
    """Bring the database up to date. Running it again does no harm."""
    with stopping():
        database = Database(load_ledger_settings().database_url)
        try:
            before, after = bring_up_to_date(database, back_to)
        finally:
            database.close()
    if before == after:
        tell(f"The database is {'at' if back_to else 'up to date:'} revision {after}.")
    else:
        tell(f"The database was brought from {before or 'nothing'} to revision {after}.")

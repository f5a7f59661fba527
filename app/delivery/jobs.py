"""The engine `procrastinate`: what its workers and those who wake them share.

A job says only "deliver what is due". The ledger knows what that is, so a lost job costs seconds and never a callback.
"""

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.ledger.database import Database, LedgerError

QUEUE = "ringback"
DELIVER = "deliver"
# A server that does not even refuse would keep who asks for minutes.
CONNECT_SECONDS = 3


def prepare(database: Database) -> None:
    """Makes Procrastinate's tables unless they are there; any number may ask at once. Raises `LedgerError`."""
    if _prepared(database):
        return
    app = App(connector=SyncPsycopgConnector(conninfo=conninfo(database.url)))
    try:
        with app.open():
            app.schema_manager.apply_schema()
    except ConnectorException as error:
        # Whoever made them at the same moment has done so for all: it is one transaction.
        if not _prepared(database):
            raise LedgerError(f"{type(error).__name__}: {error}") from error


def conninfo(url: str) -> str:
    """A SQLAlchemy URL as psycopg takes it."""
    made = make_url(url).set(drivername="postgresql")
    if "connect_timeout" not in made.query:
        made = made.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
    return made.render_as_string(hide_password=False)


def _prepared(database: Database) -> bool:
    with database.read() as connection:
        return connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar_one() is not None

"""Brings the database up to date. Any number of processes may ask at once: one does it, the others wait."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.disk import make_private
from app.ledger.database import Database
from app.ledger.errors import LedgerError, ledger_error
from app.ledger.patience import endless
from app.ledger.sessions import advice

MIGRATIONS = Path(__file__).with_name("migrations")
# An arbitrary number that all Ringbacks of a Postgres server share.
_POSTGRES_LOCK = 7_353_411


def migrate(database: Database, back_to: str | None = None) -> None:
    """Makes the tables, or changes those of an older Ringback; `back_to` makes them those of that revision again.

    Raises `LedgerError`, and alembic's `CommandError` when a newer Ringback has been there or `back_to` is no revision
    that has been before.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with _one_at_a_time(database), endless(), database.engine.connect() as connection:
            if not database.sqlite:
                _hold_lock(connection)
            config.attributes["connection"] = connection
            if back_to:
                command.downgrade(config, back_to)
            else:
                command.upgrade(config, "head")
            connection.commit()
    except SQLAlchemyError as error:
        said = str(error).partition("\n")[0]
        mend = advice(error) if isinstance(error, DBAPIError) else None
        raise ledger_error(error, f"{type(error).__name__}: {said}{f'; {mend}' if mend else ''}") from error


def _hold_lock(connection: Connection) -> None:
    """Takes the lock that all Ringbacks of a Postgres share, until the end of the transaction.

    Behind a pooler nothing else has an end: the session may be another's at once.
    """
    # Others may take their time.
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})"))


def is_current(database: Database) -> bool:
    """Whether the tables are those of this Ringback. Raises `LedgerError`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def _one_at_a_time(database: Database) -> AbstractContextManager[None]:
    path = make_url(database.url).database if database.sqlite else None
    return _file_lock(Path(f"{path}.migrating")) if path and path != ":memory:" else nullcontext()


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    make_private(path)
    try:
        file = path.open("w")
    except OSError as error:
        raise LedgerError(f"{path} cannot be written ({error.strerror})") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

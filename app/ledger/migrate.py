"""Brings the database up to date. Any number of processes may ask at once: one does it, the others wait."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from app.disk import make_private
from app.ledger.database import Database
from app.ledger.errors import LedgerError, ledger_error
from app.ledger.patience import endless
from app.ledger.sessions import advice
from app.ledger.tables import metadata

MIGRATIONS = Path(__file__).with_name("migrations")
# An arbitrary number that all Ringbacks of a Postgres server share.
_POSTGRES_LOCK = 7_353_411
# Alembic's.
_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


class UnknownRevisionError(Exception):
    """A newer Ringback has been there, or the revision that is wanted is none that has been before."""


def migrate(database: Database, back_to: str | None = None) -> None:
    """Makes the tables, or changes those of an older Ringback; `back_to` makes them those of that revision again.

    Raises `LedgerError`, and `UnknownRevisionError` when a newer Ringback has been there or `back_to` is no revision
    that has been before.
    """
    try:
        with _one_at_a_time(database), endless(), database.engine.connect() as connection:
            if not database.sqlite:
                _hold_lock(connection)
            revision = _revision(connection)
            if revision is None and not back_to:
                _create(connection)
            elif back_to or revision != _newest():
                _change(connection, back_to)
            connection.commit()
    except SQLAlchemyError as error:
        said = str(error).partition("\n")[0]
        mend = advice(error) if isinstance(error, DBAPIError) else None
        raise ledger_error(error, f"{type(error).__name__}: {said}{f'; {mend}' if mend else ''}") from error


def _create(connection: Connection) -> None:
    """The newest tables at once: Alembic would stay in the memory of a process that starts on an empty database."""
    tables = metadata.sorted_tables
    for table in tables:
        connection.execute(CreateTable(table))
    # Always in the same order: of two indexes that serve equally well SQLite takes the newer one.
    for index in sorted((index for table in tables for index in table.indexes), key=lambda index: str(index.name)):
        if index.info:
            index.dialect_options[connection.dialect.name]["where"] = index.info["where"]
        connection.execute(CreateIndex(index))
    # On the way back to nothing Alembic leaves its own.
    connection.execute(CreateTable(_version, if_not_exists=True))
    connection.execute(insert(_version).values(version_num=_newest()))


def _change(connection: Connection, back_to: str | None) -> None:
    # Loaded only where it is used: most starts find the tables as they are to be, or none.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        if back_to:
            command.downgrade(config, back_to)
        else:
            command.upgrade(config, "head")
    except CommandError as error:
        raise UnknownRevisionError from error


def _hold_lock(connection: Connection) -> None:
    """Takes the lock that all Ringbacks of a Postgres share, until the end of the transaction.

    Behind a pooler nothing else has an end: the session may be another's at once.
    """
    # Others may take their time.
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})"))


def is_up_to_date(database: Database) -> bool:
    """Whether the tables are those of this Ringback. Raises `LedgerError`."""
    return revision_of(database) == _newest()


def is_newer(database: Database) -> bool:
    """Whether the tables are those of a newer Ringback. Raises `LedgerError`."""
    return (revision_of(database) or "") > _newest()


def revision_of(database: Database) -> str | None:
    """Whose tables the database has; nothing where it has none. Raises `LedgerError`."""
    with database.read() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_version.name):
        return None
    return connection.execute(select(_version)).scalar()


def _newest() -> str:
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


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

"""The engine `procrastinate`: what its workers and those who wake them share.

A job says only "deliver what is due". The ledger knows what that is, so a lost job costs seconds and never a callback.
"""

import secrets
from contextlib import closing
from typing import Any

import psycopg
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg import sql
from sqlalchemy import text

from app.domain.errors import ConfigError
from app.ledger.address import libpq_address, read_address
from app.ledger.database import Database, LedgerError, UnreachableError

QUEUE = "ringback"
DELIVER = "deliver"
# What each of its connections is made with: the names of prepared statements collide behind a pooler.
CONNECTION: dict[str, Any] = {"prepare_threshold": None}
# A call that has not come by then does not come.
CALL_SECONDS = 5.0
_NOT_CALLED = (
    "RINGBACK_ENGINE=procrastinate needs a DATABASE_URL that leads to the Postgres itself: its workers are called by "
    "LISTEN and NOTIFY, which do not pass this pooler. Give the address without the pooler, put it into session mode, "
    "or use RINGBACK_ENGINE=embedded, which works through it."
)


def prepare(database: Database) -> None:
    """Makes Procrastinate's tables unless they are there; any number may ask at once.

    Raises `LedgerError`, and `ConfigError` where the workers could not be called.
    """
    _check_calls(database.url)
    if _prepared(database):
        return
    app = App(connector=SyncPsycopgConnector(conninfo=conninfo(database.url), kwargs=CONNECTION))
    try:
        with app.open():
            app.schema_manager.apply_schema()
    except ConnectorException as error:
        # Whoever made them at the same moment has done so for all: it is one transaction.
        if not _prepared(database):
            raise LedgerError(f"{type(error).__name__}: {error}") from error


def conninfo(url: str) -> str:
    """The address as psycopg takes it."""
    return libpq_address(read_address(url))


def _check_calls(url: str) -> None:
    """Checks that NOTIFY reaches workers; behind a pooler that hands out sessions it does not. Raises `ConfigError`."""
    try:
        with closing(_connect(url)) as connection:
            called = not _through_pooler(connection) or _is_called(connection, url)
    except psycopg.Error as error:
        raise UnreachableError(f"{type(error).__name__}: {error}") from error
    if not called:
        raise ConfigError([_NOT_CALLED])


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(conninfo(url), autocommit=True, **CONNECTION)


def _through_pooler(connection: psycopg.Connection) -> bool:
    """Whether the process that was told at the start is not the one that answers."""
    answering = connection.execute("SELECT pg_backend_pid()").fetchone()
    return answering != (connection.info.backend_pid,)


def _is_called(connection: psycopg.Connection, url: str) -> bool:
    """Whether a call reaches this connection while it waits."""
    channel = sql.Identifier(f"ringback_{secrets.token_hex(8)}")
    connection.execute(sql.SQL("LISTEN {}").format(channel))
    with closing(_connect(url)) as caller:
        caller.execute(sql.SQL("NOTIFY {}").format(channel))
    return any(True for _ in connection.notifies(timeout=CALL_SECONDS, stop_after=1))


def _prepared(database: Database) -> bool:
    with database.read() as connection:
        return connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar_one() is not None

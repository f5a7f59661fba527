"""Asks the driver itself what each callback needs: SQLAlchemy would take several times as long as the database."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.ledger.postgres import end_session
from app.ledger.sessions import is_useless


class Ask(NamedTuple):
    """A statement and its values; `brings` rows or not."""

    sql: str
    values: Sequence[Any] | Mapping[str, Any] = ()
    brings: bool = False


def ask(connection: Connection, asks: Sequence[Ask]) -> list[Any]:
    """The first row that each brings, if any; all go to a Postgres before the first answer is waited for.

    Raises what SQLAlchemy would, and throws the session away where it would be of no use.
    """
    driver: Any = connection.connection.driver_connection
    try:
        if len(asks) == 1 or isinstance(driver, sqlite3.Connection):
            return [_first(driver.execute(one.sql, one.values), one) for one in asks]
        with driver.pipeline():
            cursors = [driver.execute(one.sql, one.values) for one in asks]
        return list(map(_first, cursors, asks))
    except (sqlite3.Error, psycopg.Error) as error:
        raise _failed(connection, driver, error) from error


def in_transaction(connection: Connection) -> bool:
    """Whether the transaction of an SQLite is still there."""
    return not connection.invalidated and bool(getattr(connection.connection.driver_connection, "in_transaction", True))


def _first(cursor: Any, of: Ask) -> Any:
    return cursor.fetchone() if of.brings else None


def _failed(connection: Connection, driver: Any, error: Any) -> Any:
    dialect = connection.dialect
    useless = is_useless(error)
    if useless and isinstance(error, psycopg.Error):
        end_session(driver)
    lost = useless or dialect.is_disconnect(error, driver, None)
    if lost:
        connection.invalidate(error)
    kind = dialect.loaded_dbapi.Error
    return DBAPIError.instance(
        None, None, error, kind, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )

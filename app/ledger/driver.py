"""Asks the driver itself what each callback needs: SQLAlchemy would take several times as long as the database."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

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
    except _kind(connection) as error:
        raise _failed(connection, driver, error) from error


def in_transaction(connection: Connection) -> bool:
    """Whether the transaction of an SQLite is still there."""
    return not connection.invalidated and bool(getattr(connection.connection.driver_connection, "in_transaction", True))


def _first(cursor: Any, of: Ask) -> Any:
    return cursor.fetchone() if of.brings else None


def _kind(connection: Connection) -> Any:
    return connection.dialect.loaded_dbapi.Error


def _failed(connection: Connection, driver: Any, error: Any) -> Any:
    dialect = connection.dialect
    useless = is_useless(error)
    if useless and not isinstance(error, sqlite3.Error):
        from app.ledger.postgres import end_session

        end_session(driver)
    lost = useless or dialect.is_disconnect(error, driver, None)
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        None, None, error, _kind(connection), hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )

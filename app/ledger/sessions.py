"""What an error of the database says: whether its session is still of use, and whether waiting may help.

The driver of Postgres is loaded only where one is used.
"""

import sqlite3

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

# After these the session is as good as before: what was asked is at fault, or somebody else holds what it wants.
_STAYS = (
    "22",
    "23",
    "40P01",
    "55P03",
    "57014",
    # The disk is full. A new session finds no more room, and costs one.
    "53100",
)
_STAYS_SQLITE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_INTERRUPT,
    # The disk's trouble. A new connection would want room for files of its own.
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
)
# Somebody else held what was wanted, or it took too long.
_WAITED = ("40P01", "55P03", "57014")
# States that a server names when it cannot work now; none at all when there was no talk. Then the text tells.
_PASSES = ("08", "25", "40", "53", "57P", "58")
_PASSES_SQLITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_UNIQUE_SQLITE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
# The database gives these numbers itself. After a failover that leaves sequences out it may give used ones.
_NUMBERED = ("entry_pkey", "attempt_pkey")
# What a pooler refuses for good, and what to do then.
_REFUSED = {
    "statement pooling": "put the pooler into transaction or session mode",
    "unsupported startup parameter": "take the options out of the address, and give them with ALTER ROLE ... SET",
}
# However it is said, it does not pass by itself.
_WRONG_ADDRESS = (
    "authentication failed",
    "does not exist",
    "no pg_hba.conf entry",
    "no password",
    "permission denied",
    "no such database",
    "no such user",
    "auth failed",
    *_REFUSED,
)


def is_useless(error: BaseException) -> bool:
    """Whether another session may do what this one could not: it cannot write, is at its end, or is not as it was."""
    if isinstance(error, sqlite3.Error):
        code = _sqlite_code(error)
        return code is not None and code not in _STAYS_SQLITE
    import psycopg

    return isinstance(error, psycopg.Error) and bool(error.sqlstate) and not str(error.sqlstate).startswith(_STAYS)


def is_conflict(error: IntegrityError) -> bool:
    """Whether a unique index holds such a row already."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in _UNIQUE_SQLITE
    import psycopg

    return isinstance(cause, psycopg.errors.UniqueViolation) and cause.diag.constraint_name not in _NUMBERED


def may_pass(error: DBAPIError) -> bool:
    """Whether waiting may help. Not where the address is wrong, as far as one can tell."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) in _PASSES_SQLITE
    import psycopg

    if not isinstance(cause, psycopg.Error) or any(one in str(cause) for one in _WRONG_ADDRESS):
        return False
    return isinstance(cause, psycopg.OperationalError) if not cause.sqlstate else cause.sqlstate.startswith(_PASSES)


def is_silent(error: SQLAlchemyError) -> bool:
    """Whether a server was waited for and has said nothing."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return cause is not None and not isinstance(cause, sqlite3.Error) and not getattr(cause, "sqlstate", None)


def has_waited(error: SQLAlchemyError) -> bool:
    """Whether a Postgres has ended it because it waited, or took, too long: others need not wait for it."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _WAITED


def advice(error: DBAPIError) -> str | None:
    """What mends it, where the database's own words do not say so."""
    return next((advised for words, advised in _REFUSED.items() if words in str(error.orig)), None)


def raised_by_driver(connection: Connection, error: Exception, *, useless: bool) -> DBAPIError:
    """What SQLAlchemy would raise, for what its driver was asked without it. A useless session is thrown away."""
    dialect = connection.dialect
    lost = useless or dialect.is_disconnect(error, connection.connection.driver_connection, None)  # type: ignore[arg-type]
    if lost:
        # As SQLAlchemy does: those that were opened before are as old as this one.
        connection.engine.pool._invalidate(connection.connection, error)
        connection.invalidate(error)
    kind = dialect.loaded_dbapi.Error
    return DBAPIError.instance(  # type: ignore[return-value]
        None, None, error, kind, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )


def _sqlite_code(error: sqlite3.Error) -> int | None:
    """SQLite's own, without what it adds; none where the module itself raised it."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF

"""The database behind the ledger: SQLite by default, Postgres by `DATABASE_URL`."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Float, func, literal
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from app.disk import make_private_folder
from app.domain.errors import ConfigError
from app.ledger.address import read_address
from app.ledger.sessions import is_conflict, may_pass
from app.ledger.sqlite import BUSY_SECONDS, open_sqlite
from app.ledger.sqlite_file import SqliteFile

_P = ParamSpec("_P")
_T = TypeVar("_T")


class LedgerError(Exception):
    """The database cannot be reached or written.

    `in_doubt`: a commit was sent, and what became of it is not known. `lost`: nothing was done, since the session was
    of no use; it has been thrown away, and the next may be better.
    """

    def __init__(self, message: str, *, in_doubt: bool = False, lost: bool = False) -> None:
        super().__init__(message)
        self.in_doubt, self.lost = in_doubt, lost


class UnreachableError(LedgerError):
    """The server does not answer, or not yet. Nothing is wrong with the address, as far as one can tell."""


class ConflictError(Exception):
    """A unique index holds such a row already."""


class Database:
    """Connections and transactions. A write in SQLite takes the process's own lock first, since SQLite's is unfair.

    While it is `barred` it counts as away for all but who opens it: its tables may not be there yet.
    """

    def __init__(self, url: str) -> None:
        address = read_address(url)
        if address.drivername == "sqlite" and address.database:
            _make_folder(Path(address.database).parent)
        self.url = address.render_as_string(hide_password=False)
        self.sqlite = address.drivername.startswith("sqlite")
        self.barred = False
        self._writer = threading.Lock()
        self._file = SqliteFile.of(address) if self.sqlite else None
        self.engine = open_sqlite(address, self._file) if self.sqlite else _open_postgres(address)
        self._writing = self.engine.execution_options(write=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; it is committed at the end. Raises `LedgerError`."""
        self._check_open()
        if self.sqlite and not self._writer.acquire(timeout=BUSY_SECONDS):
            raise LedgerError("the database is busy")
        committing = False
        try:
            with _begin(self._writing) as connection:
                yield connection
                committing = True
                connection.commit()
        except SQLAlchemyError as error:
            if isinstance(error, IntegrityError) and is_conflict(error):
                raise ConflictError from error
            raise ledger_error(error, in_doubt=committing) from error
        finally:
            if self.sqlite:
                self._writer.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises `LedgerError`."""
        self._check_open()
        try:
            with _begin(self.engine) as connection:
                yield connection
        except SQLAlchemyError as error:
            raise ledger_error(error) from error

    def now(self) -> ColumnElement[float]:
        """The database's clock, in seconds; SQLite's is this machine's."""
        if self.sqlite:
            return literal(time.time(), Float)
        return func.extract("epoch", func.clock_timestamp()).cast(Float)

    def empty_journal(self) -> bool:
        """SQLite's journal goes on holding what was removed until it is emptied; says whether it could be.

        Raises `LedgerError`.
        """
        if not self.sqlite:
            return True
        self._check_open()
        try:
            with closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                (busy, *_) = cursor.fetchone() or (1,)
        except (sqlite3.Error, SQLAlchemyError) as error:
            raise LedgerError(type(error).__name__) from error
        return not busy

    def _check_open(self) -> None:
        if self.barred:
            raise UnreachableError("the database has not been opened yet")
        if self._file and not self._file.is_in_place():
            raise LedgerError(
                f"{self._file.path} was moved, deleted or replaced; put it back, or restart to use what is there"
            )

    def close(self) -> None:
        """Gives the connections back; they are made anew when needed."""
        self.engine.dispose()


def once_more(work: Callable[_P, _T]) -> Callable[_P, _T]:
    """What does its work in one transaction does it again when the session was lost: nothing had been done."""

    @wraps(work)
    def do(*arguments: _P.args, **named: _P.kwargs) -> _T:
        try:
            return work(*arguments, **named)
        except LedgerError as error:
            if not error.lost:
                raise
        return work(*arguments, **named)

    return do


def ledger_error(error: SQLAlchemyError, message: str | None = None, *, in_doubt: bool = False) -> LedgerError:
    """What became of the ledger; `UnreachableError` where waiting may help."""
    if not isinstance(error, DBAPIError):
        return LedgerError(message or type(error).__name__, in_doubt=in_doubt)
    lost = error.connection_invalidated and not in_doubt
    kind = UnreachableError if may_pass(error) else LedgerError
    return kind(message or type(error.orig).__name__, in_doubt=in_doubt, lost=lost)


def _begin(engine: Engine) -> Connection:
    """A connection in a transaction. A session that was lost while nobody used it is replaced."""
    try:
        return _begun(engine)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    return _begun(engine)


def _begun(engine: Engine) -> Connection:
    connection = engine.connect()
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def _open_postgres(address: URL) -> Engine:
    # Loaded only where it is used: it brings the driver along.
    from app.ledger.postgres import open_postgres

    return open_postgres(address)


def _make_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
    except OSError as error:
        raise ConfigError(
            [f"DATABASE_URL: the folder {folder} cannot be made ({error.strerror}). Make it, writable for Ringback."]
        ) from error

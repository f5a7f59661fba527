"""The database behind the ledger: SQLite by default, Postgres by `DATABASE_URL`."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Float, Table, cast, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.disk import make_private_folder
from app.domain.errors import ConfigError
from app.ledger.address import read_address
from app.ledger.errors import ConflictError, LedgerError, UnreachableError, ledger_error, once_more
from app.ledger.operation import Operation, Work
from app.ledger.sqlite import CLOCK, open_sqlite
from app.ledger.sqlite_file import SqliteFile
from app.ledger.turn import Turn
from app.ledger.writer import Writer

__all__ = ["ConflictError", "Database", "LedgerError", "UnreachableError", "once_more"]

_T = TypeVar("_T")


class Database:
    """Reads each in a transaction of its own, and writes those together that come together.

    While it is `barred` it counts as away for all but who opens it: its tables may not be there yet.
    """

    def __init__(self, url: str) -> None:
        address = read_address(url)
        if address.drivername == "sqlite" and address.database:
            _make_folder(Path(address.database).parent)
        self.url = address.render_as_string(hide_password=False)
        self.sqlite = address.drivername.startswith("sqlite")
        self.barred = False
        self._file = SqliteFile.of(address) if self.sqlite else None
        self.engine = open_sqlite(address, self._file) if self.sqlite else _open_postgres(address)
        self._writing = self.engine.execution_options(write=True)
        turn = Turn(self._file.path if self._file else None)
        self._writer = Writer(self._begin_writing, turn, sqlite=self.sqlite)

    def write(self, work: Callable[[Connection], _T], *, again: Callable[[Connection], _T] | None = None) -> _T:
        """What `work` returns, when what it did is on the disk; see `Work`. Raises `LedgerError` and what it raises.

        Then nothing of it was done.
        """
        return self.do(Work(work, again))

    def do(self, operation: Operation[_T]) -> _T:
        """What the operation comes to, when it is on the disk. Raises `LedgerError`, and `ConflictError`."""
        return self._writer.do(operation)

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
        clock = getattr(func, CLOCK)() if self.sqlite else func.extract("epoch", func.clock_timestamp())
        return cast(clock, Float)

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An insert that can say what to do `ON CONFLICT`: in Postgres an error would undo all that goes with it."""
        return sqlite.insert(table) if self.sqlite else postgresql.insert(table)

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

    def _begin_writing(self) -> Connection:
        self._check_open()
        return _begin(self._writing)

    def _check_open(self) -> None:
        if self.barred:
            raise UnreachableError("the database has not been opened yet")
        if self._file and not self._file.is_in_place():
            raise LedgerError(
                f"{self._file.path} was moved, deleted or replaced; put it back, or restart to use what is there"
            )

    def close(self) -> None:
        """Gives the connections back; they are made anew when needed."""
        self._writer.close()
        self.engine.dispose()


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

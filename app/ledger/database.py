"""The database behind the ledger: SQLite by default, Postgres by `DATABASE_URL`."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Float, Table, cast, func
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from app.disk import make_private_folder
from app.domain.errors import ConfigError
from app.ledger.address import read_address
from app.ledger.errors import ConflictError, LedgerError, UnreachableError, ledger_error, once_more
from app.ledger.sqlite import CLOCK, SqliteFile, Turn, open_sqlite, share_sqlite
from app.ledger.writer import Operation, Writer, begin

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

__all__ = ["ConflictError", "Database", "LedgerError", "UnreachableError", "once_more"]

_T = TypeVar("_T")


class Database:
    """Reads each in a transaction of its own, and writes those together that come together.

    While it is `barred` it counts as away for all but who opens it: its tables may not be there yet. `do` is for what
    each callback needs, see `Writer.do`.
    """

    def __init__(self, url: str) -> None:
        address = read_address(url)
        if address.drivername == "sqlite" and address.database:
            _make_folder(Path(address.database).parent)
        self.url = address.render_as_string(hide_password=False)
        self.sqlite = address.drivername.startswith("sqlite")
        self._file = SqliteFile.of(address) if self.sqlite else None
        self.engine, self._writer = self._open_sqlite(address) if self.sqlite else _open_postgres(address)
        self.do = self._writer.do

    @property
    def barred(self) -> bool:
        """Whether it counts as away for all but who opens it."""
        return self._writer.barred

    @barred.setter
    def barred(self, barred: bool) -> None:
        self._writer.barred = barred

    def write(self, work: Callable[[Connection], _T], *, again: Callable[[Connection], _T] | None = None) -> _T:
        """What `work` returns, when what it did is on the disk. Raises `LedgerError` and what it raises.

        Then nothing of it was done. `again` is done instead where it may have been done already.
        """
        operation = Operation(
            lambda connection, once_more: (again if again and once_more else work)(connection),
            tells_again=again is not None,
        )
        return self.do(operation)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises `LedgerError`."""
        self._check_open()
        try:
            with begin(self.engine) as connection:
                yield connection
                # With a rollback Postgres' driver would forget what it has prepared. Nothing was written.
                with suppress(SQLAlchemyError):
                    connection.commit()
        except SQLAlchemyError as error:
            raise ledger_error(error) from error

    def now(self) -> ColumnElement[float]:
        """The database's clock, in seconds; SQLite's is this machine's."""
        clock = getattr(func, CLOCK)() if self.sqlite else func.extract("epoch", func.clock_timestamp())
        return cast(clock, Float)

    def insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """An insert that can say what to do `ON CONFLICT`: in Postgres an error would undo all that goes with it."""
        if self.sqlite:
            return sqlite.insert(table)
        # Loaded only where it is used: it takes 2 MB.
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)

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
        if self._file:
            self._file.check()

    def _open_sqlite(self, address: URL) -> tuple[Engine, Writer]:
        engine, turn = open_sqlite(address, self._file), Turn(self._file.path if self._file else None)
        writing = engine.execution_options(write=True)
        return engine, Writer(writing, share_sqlite, turn=turn.take, release=turn.release)

    def close(self) -> None:
        """Gives the connections back; they are made anew when needed."""
        self._writer.close()
        self.engine.dispose()


def _open_postgres(address: URL) -> tuple[Engine, Writer]:
    # Loaded only where it is used: it brings the driver along.
    from app.ledger.postgres import LINGER, open_postgres, share_postgres

    engine = open_postgres(address)
    return engine, Writer(engine, share_postgres, linger=LINGER)


def _make_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
    except OSError as error:
        raise ConfigError(
            [f"DATABASE_URL: the folder {folder} cannot be made ({error.strerror}). Make it, writable for Ringback."]
        ) from error

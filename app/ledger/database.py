"""The database behind the ledger: SQLite by default, Postgres by `DATABASE_URL`."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Float, create_engine, event, func, literal
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from app.disk import make_private, make_private_folder
from app.domain.errors import ConfigError
from app.ledger.patience import BRIEF, PatientConnection, connect
from app.ledger.sqlite_file import SqliteFile

# For the process's own lock and for SQLite's, each: together less than a request has.
BUSY_SECONDS = 2.0
# None of our statements takes long. A server that waits for a lock says so before a request gives it up (`patience`).
_POSTGRES = {
    "connect_timeout": 3,
    "options": "-c statement_timeout=10000 -c lock_timeout=1500",
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
}
# Two processes fit into the 20 connections of a small Postgres, and leave some for commands.
POOL_SIZE, POOL_MORE = 6, 2
# States that a server names when it cannot talk now; none at all when there was no talk. Then the text tells.
_UNREACHABLE = ("", "080", "533", "57P")
_WRONG_ADDRESS = ("authentication failed", "does not exist", "no pg_hba.conf entry", "no password", "permission denied")


class LedgerError(Exception):
    """The database cannot be reached or written. `in_doubt`: a commit was sent, and what became of it is not known."""

    def __init__(self, message: str, *, in_doubt: bool = False) -> None:
        super().__init__(message)
        self.in_doubt = in_doubt


class UnreachableError(LedgerError):
    """The server does not answer, or not yet. Nothing is wrong with the address, as far as one can tell."""


class ConflictError(Exception):
    """A unique index holds such a row already."""


class Database:
    """Connections and transactions. A write in SQLite takes the process's own lock first, since SQLite's is unfair.

    While it is `barred` it counts as away for all but who opens it: its tables may not be there yet.
    """

    def __init__(self, url: str) -> None:
        self.url = _normalize(url)
        self.sqlite = self.url.startswith("sqlite")
        self.barred = False
        self._writer = threading.Lock()
        self._file = SqliteFile.of(make_url(self.url)) if self.sqlite else None
        self.engine = _sqlite(self.url, self._file) if self.sqlite else _postgres(self.url)
        self._writing = self.engine.execution_options(write=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; it is committed at the end. Raises `LedgerError`."""
        self._check_open()
        if self.sqlite and not self._writer.acquire(timeout=BUSY_SECONDS):
            raise LedgerError("the database is busy")
        committing = False
        try:
            with self._writing.begin() as connection:
                yield connection
                committing = True
        except IntegrityError as error:
            raise ConflictError from error
        except SQLAlchemyError as error:
            raise LedgerError(type(error).__name__, in_doubt=committing) from error
        finally:
            if self.sqlite:
                self._writer.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises `LedgerError`."""
        self._check_open()
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise ledger_error(error, type(error).__name__) from error

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


def ledger_error(error: SQLAlchemyError, message: str) -> LedgerError:
    """The error with this message; `UnreachableError` where waiting may help."""
    cause = getattr(error, "orig", None)
    if not isinstance(error, OperationalError) or not type(cause).__module__.startswith("psycopg"):
        return LedgerError(message)
    state = getattr(cause, "sqlstate", None) or ""
    wrong = any(one in str(cause) for one in _WRONG_ADDRESS)
    return UnreachableError(message) if not wrong and state[:3] in _UNREACHABLE else LedgerError(message)


def _normalize(url: str) -> str:
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database:
        _make_folder(Path(parsed.database).parent)
    return parsed.render_as_string(hide_password=False)


def _make_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
    except OSError as error:
        raise ConfigError(
            [f"DATABASE_URL: the folder {folder} cannot be made ({error.strerror}). Make it, writable for Ringback."]
        ) from error


def _sqlite(url: str, file: SqliteFile | None) -> Engine:
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, pool_size=POOL_SIZE, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def keep_private(*_: Any) -> None:
        if file:
            make_private(file.path)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # pysqlite begins transactions by itself, and too late for a writer; `begin` does it instead.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if file:
            file.note()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgres(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_MORE,
        pool_pre_ping=True,
        pool_timeout=BRIEF,
        connect_args=_POSTGRES,
        hide_parameters=True,
    )
    connecting = ThreadPoolExecutor(POOL_SIZE + POOL_MORE, thread_name_prefix="connect")

    @event.listens_for(engine, "do_connect")
    def do_connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> PatientConnection:
        return connect(connecting, lambda: PatientConnection.connect(*arguments, **named))

    return engine

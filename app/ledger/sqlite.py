"""An SQLite behind the ledger: its file, its connections, whose turn it is to write, and how a round shares one."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from app.disk import close_to_others, make_private
from app.ledger.errors import LedgerError, writing_error
from app.ledger.sessions import is_useless, raised_by_driver
from app.ledger.writer import Ask, Operation, Steps

# Commands and older Ringbacks take no `Turn`.
BUSY_SECONDS = 2.0
# A function of ours: what SQLite itself says is rounded.
CLOCK = "ringback_clock"
_BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
_POOL_SIZE, _POOL_MORE = 6, 10
_Identity = tuple[int, int]


class SqliteFile:
    """An SQLite goes on with the file that it has open, whatever became of its name."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._opened: _Identity | None = None

    @classmethod
    def of(cls, url: URL) -> "SqliteFile | None":
        """None where no file can be told: in memory, or named by a URI of SQLite's own."""
        name = url.database or ":memory:"
        return None if name.startswith((":memory:", "file:")) else cls(Path(name))

    def note(self) -> None:
        """It is open now; what was opened first counts."""
        self._opened = self._opened or self._identity()

    def check(self) -> None:
        """Raises `LedgerError` if the next process would open another one: what is written to this one is lost."""
        if self._opened is not None and self._opened != self._identity():
            raise LedgerError(
                f"{self.path} was moved, deleted or replaced; put it back, or restart to use what is there"
            )

    def equal_journal(self) -> None:
        """Gives the journal the rights of the file: SQLite made it with those of that moment, which may be too few."""
        for journal in (self.path.with_name(f"{self.path.name}{end}") for end in ("-wal", "-shm")):
            # Not there, or another user's.
            with suppress(OSError):
                journal.chmod(S_IMODE(self.path.stat().st_mode))

    def _identity(self) -> _Identity | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino


class Turn:
    """One process after the other, each woken at once: a lock on a file beside the database.

    SQLite's own lock is waited for by sleeping, and who sleeps longest may lose.

    The file is opened each time, so a fork shares nothing for longer than a round. Where it cannot be had SQLite's own
    lock is waited for, as commands of an older Ringback do.
    """

    def __init__(self, database: Path | None) -> None:
        self._database = database
        self._file: int | None = None

    def take(self) -> None:
        """Waits for its turn."""
        if self._database is not None:
            with suppress(OSError):
                self._file = _open_turn(self._database)
                fcntl.flock(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        """It is the next one's turn."""
        if self._file is None:
            return
        file, self._file = self._file, None
        # What the round came to is true all the same.
        with suppress(OSError):
            # Closing is not enough: a process that was forked meanwhile has the same lock.
            fcntl.flock(file, fcntl.LOCK_UN)
        with suppress(OSError):
            os.close(file)


def open_sqlite(url: URL, file: SqliteFile | None) -> Engine:
    """`file` is none in memory."""
    if file:
        # Now, since closing it later would end the locks of other connections.
        make_private(file.path)
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    # Each connection to a database in memory has one of its own.
    size = (1, 0) if url.database in (None, "", ":memory:") else (_POOL_SIZE, _POOL_MORE)
    engine = create_engine(
        url,
        connect_args=arguments,
        poolclass=QueuePool,
        pool_size=size[0],
        max_overflow=size[1],
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # pysqlite begins transactions by itself, and too late for a writer; `begin` does it instead.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        # Within a statement it stands still.
        connection.create_function(CLOCK, 0, time.time, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if file:
            file.check()
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql(_BEGIN_TO_WRITE if write else "BEGIN")

    if file:
        _keep_to(file, engine)
    return engine


def share_sqlite(connection: Connection, operations: Sequence[Operation[Any]], again: bool) -> None:
    """One after the other. If one of several fails, all are done anew so that it undoes nothing of the others."""
    transaction = _Transaction(connection)
    try:
        for one in operations:
            transaction.run(one, again)
    except Exception:
        if len(operations) == 1 or transaction.is_over:
            raise
        transaction.begin_anew()
        for one in operations:
            transaction.run_apart(one, again)


def _keep_to(file: SqliteFile, engine: Engine) -> None:
    """Connections that are of no use are thrown away, which would empty a database in memory."""

    @event.listens_for(engine, "do_connect")
    def do_connect(*_: Any) -> None:
        # It would make another one.
        file.check()
        close_to_others(file.path)
        file.equal_journal()

    @event.listens_for(engine, "connect")
    def note(*_: Any) -> None:
        file.note()

    @event.listens_for(engine, "handle_error")
    def throw_away(context: ExceptionContext) -> None:
        # One that was opened while the file could not be written to never writes.
        if context.connection is not None and is_useless(context.original_exception):
            context.is_disconnect = True


class _Transaction:
    """One that has begun. Asked by the driver: SQLAlchemy would take several times as long as the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.driver_connection

    @property
    def is_over(self) -> bool:
        """A full disk ends it, and some who hear of it go on."""
        return self._connection.invalidated or not self._driver.in_transaction

    def ask(self, ask: Ask) -> Any:
        """The first row, if it brings any."""
        try:
            cursor = self._driver.execute(ask.sql, ask.values)
            return cursor.fetchone() if ask.brings else None
        except sqlite3.Error as error:
            raise raised_by_driver(self._connection, error, useless=is_useless(error)) from error

    def begin_anew(self) -> None:
        """As if nothing had been done."""
        self.ask(Ask("ROLLBACK"))
        self.ask(Ask(_BEGIN_TO_WRITE))

    def run(self, one: Operation[Any], again: bool) -> None:
        """Does the operation. Raises what it raises, and `LedgerError` if that has ended the transaction."""
        if one.work is not None:
            one.value = one.work(self._connection, again)
        elif one.steps is not None:
            one.value = self._follow(one.steps(again))
        if self.is_over:
            raise LedgerError("the transaction has ended by itself")

    def run_apart(self, one: Operation[Any], again: bool) -> None:
        """The same, but its failure undoes nothing of the others, as long as the transaction lives."""
        self.ask(Ask("SAVEPOINT operation"))
        try:
            self.run(one, again)
        except Exception as error:
            if self.is_over:
                raise
            one.error = writing_error(error, unknown=False) if isinstance(error, SQLAlchemyError) else error
            self.ask(Ask("ROLLBACK TO operation"))
        self.ask(Ask("RELEASE operation"))

    def _follow(self, steps: Steps[Any]) -> Any:
        try:
            asks = next(steps)
            while True:
                asks = steps.send([self.ask(ask) for ask in asks])
        except StopIteration as end:
            return end.value


def _open_turn(database: Path) -> int:
    path = database.with_name(f"{database.name}-turn")
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        file = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    # Whoever may write to the database may take a turn, also if a command of root was the first.
    with suppress(OSError):
        status = database.stat()
        os.fchmod(file, S_IMODE(status.st_mode))
        os.fchown(file, status.st_uid, status.st_gid)
    return file

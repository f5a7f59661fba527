"""An SQLite behind the ledger."""

import time
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext

from app.disk import close_to_others, make_private
from app.ledger.sessions import is_useless
from app.ledger.sqlite_file import SqliteFile

# Commands and older Ringbacks do not know of `turn`.
BUSY_SECONDS = 2.0
# A function of ours: what SQLite itself says is rounded.
CLOCK = "ringback_clock"
_POOL_SIZE, _POOL_MORE = 6, 10


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
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    if file:
        _keep_to(file, engine)
    return engine


def _keep_to(file: SqliteFile, engine: Engine) -> None:
    """Connections that are of no use are thrown away, which would empty a database in memory."""

    @event.listens_for(engine, "do_connect")
    def do_connect(*_: Any) -> None:
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

"""An SQLite behind the ledger."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext

from app.disk import close_to_others, make_private
from app.ledger.sessions import is_useless
from app.ledger.sqlite_file import SqliteFile

# For the process's own lock and for SQLite's, each: together less than a request has.
BUSY_SECONDS = 2.0
_POOL_SIZE = 6


def open_sqlite(url: URL, file: SqliteFile | None) -> Engine:
    """`file` is none in memory."""
    if file:
        # Now, since closing it later would end the locks of other connections.
        make_private(file.path)
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, pool_size=_POOL_SIZE, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # pysqlite begins transactions by itself, and too late for a writer; `begin` does it instead.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

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

"""A Postgres behind the ledger, whether it is reached directly or through a pooler such as PgBouncer.

A pooler may hand each transaction to another session. So nothing is left in one: each transaction says what it needs.
Only where there is no pooler the statements of rounds are prepared.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from functools import cache
from itertools import islice
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, Connection, Engine, bindparam, create_engine, event, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import URL, ExceptionContext

from app.ledger.hosts import Hosts
from app.ledger.patience import BRIEF
from app.ledger.patient_connection import PatientConnection, connect
from app.ledger.sessions import is_useless, raised_by_driver
from app.ledger.writer import BRIEFLY, Ask, Operation, Order, Steps

# Two processes fit into the 20 connections of a small Postgres, and leave some for commands. All stay open, since to
# open one costs as much as many callbacks.
POOL_SIZE = 8
# In seconds. A round costs a Postgres and its driver as much as four of its callbacks.
LINGER = 0.005
_ARGUMENTS = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    # The names of prepared statements collide behind a pooler.
    "prepare_threshold": None,
    # psycopg would begin transactions by itself; `_BEGIN` does it instead, and finds out whether the session is there.
    "autocommit": True,
}
# None of our statements takes long. A server that waits for a lock says so before a request gives it up (`patience`).
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = %d; SET LOCAL lock_timeout = %d"
_PATIENTLY = _BEGIN % (10_000, 1500)
# Many wait for what a round keeps waiting. Alone it is tried again.
_BRIEFLY = _BEGIN % (1000, 150)
# A pooler would give the session to the next; without one in between closing is enough. Who has changed the session's
# role may not end it. All in one, since with the rollback alone the pooler would hand out another session for the rest.
_END = "ROLLBACK; RESET ROLE; SELECT pg_terminate_backend(pid) FROM pg_backend_pid() AS pid WHERE pid <> %d"
_READ_ONLY = "session is read-only"
# Never reached: what SQLAlchemy asks is not prepared, so its plans fit its values. `_ask` says what is.
_ONLY_IF_ASKED = 10**9
_numbers = func.unnest(bindparam("numbers", type_=ARRAY(BigInteger))).column_valued("number")
_LOCK = select(func.pg_advisory_xact_lock(_numbers))
_Stepping = tuple[Operation[Any], Steps[Any], Sequence[Ask]]


def open_postgres(url: URL) -> Engine:
    """Sessions that are of no use are thrown away; which those are says `sessions`."""
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=BRIEF,
        connect_args=_ARGUMENTS,
        hide_parameters=True,
    )
    hosts = Hosts()

    @event.listens_for(engine, "do_connect")
    def do_connect(_dialect: Any, _record: Any, _arguments: Any, named: dict[str, Any]) -> PatientConnection:
        session = connect(_connecting(os.getpid()), lambda: _let_prepare(_connect(hosts.in_order(named))))
        hosts.note(session)
        return session

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        briefly = connection.get_execution_options().get(BRIEFLY)
        connection.exec_driver_sql(_BRIEFLY if briefly else _PATIENTLY)

    @event.listens_for(engine, "handle_error")
    def throw_away(context: ExceptionContext) -> None:
        if context.connection is None or context.is_disconnect or not is_useless(context.original_exception):
            return
        # This one is closed, and those that were opened before are not used again.
        context.is_disconnect = True
        end_session(context.connection.connection.driver_connection)

    return engine


@cache
def _connecting(_process: int) -> ThreadPoolExecutor:
    """A fork has none of the threads of its parent."""
    return ThreadPoolExecutor(POOL_SIZE, thread_name_prefix="connect")


def _connect(named: dict[str, Any]) -> PatientConnection:
    """To whichever of the addresses can be written to. Where none can, to one that shows it when it is tried."""
    try:
        return PatientConnection.connect(**{"target_session_attrs": "read-write", **named})
    except psycopg.OperationalError as error:
        # A pooler may just have kept an old session; that can be ended only by who has it.
        if "target_session_attrs" in named or _READ_ONLY not in str(error):
            raise
        return PatientConnection.connect(**named)


def _let_prepare(session: PatientConnection) -> PatientConnection:
    """Unless a pooler is in between: the process number that it has told is not the server's."""
    try:
        (pid,) = session.execute("SELECT pg_backend_pid()").fetchone() or (None,)
    except psycopg.Error:
        session.close()
        raise
    if pid == session.info.backend_pid:
        session.prepare_threshold = _ONLY_IF_ASKED
    return session


def end_session(session: Any) -> None:
    """Ends a session that is of no use, lest a pooler gives it to the next."""
    # In no transaction a pooler may give any other session to it.
    if session.info.transaction_status not in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
        return
    with suppress(psycopg.Error):
        session.execute((_END % session.info.backend_pid).encode())


def share_postgres(connection: Connection, operations: Sequence[Operation[Any]], again: bool) -> None:
    """In step as far as possible, since each answer takes its time; the failure of one undoes all."""
    numbers = sorted({one.lock for one in operations if one.lock is not None})
    if numbers:
        connection.execute(_LOCK, {"numbers": numbers})
    for some in _apart([one for one in operations if one.steps is not None]):
        _run_in_step(connection, some, again)
    for one in operations:
        if one.work is not None:
            one.value = one.work(connection, again)


def _apart(operations: Sequence[Operation[Any]]) -> list[list[Operation[Any]]]:
    """Those of one row do not go in step, since each has to see what the one before has made of it."""
    apart: list[dict[Order, Operation[Any]]] = []
    for one in operations:
        place = next((some for some in apart if one.order not in some), None)
        if place is None:
            place = {}
            apart.append(place)
        place[one.order] = one
    return [list(some.values()) for some in apart]


def _run_in_step(connection: Connection, operations: Sequence[Operation[Any]], again: bool) -> None:
    """All ask, all are answered, and so on to the end."""
    asking = [next_ for one in operations if one.steps and (next_ := _go_on(one, one.steps(again), None))]
    while asking:
        rows = iter(_ask(connection, [ask for *_, asks in asking for ask in asks]))
        answered = [(one, steps, list(islice(rows, len(asks)))) for one, steps, asks in asking]
        asking = [next_ for one, steps, answer in answered if (next_ := _go_on(one, steps, answer))]


def _go_on(one: Operation[Any], steps: Steps[Any], rows: Sequence[Any] | None) -> _Stepping | None:
    """What it asks next; nothing at its end."""
    try:
        return one, steps, steps.send(rows) if rows is not None else next(steps)
    except StopIteration as end:
        one.value = end.value
        return None


def _ask(connection: Connection, asks: Sequence[Ask]) -> list[Any]:
    """The first row that each brings, if any; all are sent before the first answer is waited for."""
    session: Any = connection.connection.driver_connection
    try:
        with session.pipeline() if len(asks) > 1 else nullcontext():
            cursors = [session.execute(ask.sql, ask.values, prepare=True) for ask in asks]
        return [cursor.fetchone() if ask.brings else None for cursor, ask in zip(cursors, asks, strict=True)]
    except psycopg.Error as error:
        useless = is_useless(error)
        if useless:
            end_session(session)
        raise raised_by_driver(connection, error, useless=useless) from error

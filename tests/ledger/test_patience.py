"""A Postgres that takes what it is sent and does not answer is given up soon by a request, later by all others."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import copy_context

import psycopg
import pytest
from sqlalchemy import Connection, text

from app.delivery.engine.procrastinate_jobs import conninfo
from app.ledger.database import Database, LedgerError
from app.ledger.patience import BRIEF, LONG, patience
from app.ledger.patient_connection import PatientConnection
from tests.support.postgres import RunningPostgres


@pytest.fixture
def database(postgres: RunningPostgres) -> Iterator[Database]:
    opened = Database(postgres.create_database())
    ask(opened)
    yield opened
    opened.close()


def ask(database: Database) -> None:
    with database.read() as connection:
        connection.execute(text("SELECT 1"))


def in_a_request(do: Callable[[], object]) -> float:
    """How long it took until the ledger counted as away."""

    def request() -> None:
        patience.set(BRIEF)
        with pytest.raises(LedgerError):
            do()

    began = time.monotonic()
    copy_context().run(request)
    return time.monotonic() - began


def test_request_gives_up(postgres: RunningPostgres, database: Database) -> None:
    """It waits once; what it asks next is told at once, and a moment after the server woke up all is well."""
    with postgres.frozen():
        first, second = (in_a_request(lambda: ask(database)) for _ in range(2))

    ask(database)
    assert first < LONG / 2
    assert second < BRIEF / 2


def test_commit_that_hangs_is_unknown(postgres: RunningPostgres, database: Database) -> None:
    """It may be done when the server wakes up, so nobody may take it for undone."""
    raised: list[LedgerError] = []

    def create(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE one (two int)"))
        until_the_end.enter_context(postgres.frozen())

    def write() -> None:
        try:
            database.write(create)
        except LedgerError as error:
            raised.append(error)
            raise

    with ExitStack() as until_the_end:
        in_a_request(write)

    assert [True] == [error.unknown for error in raised]


def test_request_gives_up_to_connect() -> None:
    """Also where nothing but the connection is taken, however many addresses the name has."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        other = Database(f"postgres://x@127.0.0.1,127.0.0.1,127.0.0.1:{silent.getsockname()[1]}/x")

        assert in_a_request(lambda: ask(other)) < LONG / 2


def test_dead_host_beside_a_good_one(postgres: RunningPostgres) -> None:
    """Who has the time finds the good one; from then on it is tried first, and requests need not wait for the other."""
    url = postgres.create_database()
    name = url.rpartition("/")[2]
    with socket.create_server(("127.0.0.1", 0)) as dead, ThreadPoolExecutor(4) as requests, ExitStack() as held:
        database = Database(f"postgres://postgres@127.0.0.1:{dead.getsockname()[1]},127.0.0.1:{postgres.port}/{name}")
        ask(database)

        def request(_: int) -> object:
            patience.set(BRIEF)
            connection = held.enter_context(database.read())
            return connection.execute(text("SELECT 1")).scalar_one()

        answers = list(requests.map(request, range(4)))
        held.close()
        database.close()

    assert [1] * 4 == answers


def test_lock_of_somebody_else(database: Database) -> None:
    """A server that says that it has to wait is no server that does not answer: the connections stay."""
    before = PatientConnection.gave_up_at
    lock = "SELECT pg_advisory_xact_lock(1)"

    with psycopg.connect(conninfo(database.url)) as holder:
        holder.execute(lock)
        in_a_request(lambda: database.write(lambda connection: connection.execute(text(lock))))

    assert before == PatientConnection.gave_up_at


def test_others_wait_longer(postgres: RunningPostgres, database: Database) -> None:
    """An engine is not disturbed by a server that stands still for longer than a request can wait."""
    thread = threading.Thread(target=ask, args=(database,))
    with postgres.frozen():
        thread.start()
        time.sleep(BRIEF + 1)
        waits = thread.is_alive()
    thread.join(LONG)

    assert waits
    assert not thread.is_alive()

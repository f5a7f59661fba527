"""The sessions of a Postgres that no pooler hands out: how many there are, and what stays in them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import text

from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.ledger import Ledger
from app.ledger.postgres import POOL_SIZE
from tests.ledger.conftest import receive
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres

LINE = {"attempts": 1}


@pytest.fixture
def ledger(postgres: RunningPostgres) -> Iterator[Ledger]:
    database = Database(postgres.create_ledger())
    yield Ledger(database, Codec(b"a key for tests"))
    database.close()


def test_what_rounds_ask_is_prepared(ledger: Ledger) -> None:
    """A session keeps it from one round to the next, whoever reads in between."""
    ledger.change(receive(ledger).id, lambda *_: LINE)
    first = prepared(ledger)
    ledger.change(receive(ledger, "2").id, lambda *_: LINE)

    assert first
    assert first == prepared(ledger)


def test_tables_that_changed(ledger: Ledger) -> None:
    """What was prepared for a table as it was fits in no session any more: new ones do it, and nobody notices."""
    entry = receive(ledger)
    use_all_sessions(ledger)
    for _ in range(2 * POOL_SIZE):
        ledger.change(entry.id, lambda *_: LINE)
    with psycopg.connect(ledger.database.url.replace("+psycopg", "")) as other:
        other.execute("ALTER TABLE entry ALTER COLUMN reason TYPE varchar(41)")
    for number in range(2 * POOL_SIZE):
        ledger.change(entry.id, lambda *_, number=number: {"attempts": number})

    assert [2 * POOL_SIZE - 1] == [one.attempts for one in ledger.select()]


def test_as_many_as_there_may_be_stay(ledger: Ledger) -> None:
    """To open one for a moment would cost as much as many callbacks."""
    first, second = (use_all_sessions(ledger) for _ in range(2))

    assert POOL_SIZE == len(first)
    assert first == second


def use_all_sessions(ledger: Ledger) -> set[int]:
    """The numbers of as many as there may be, used at once."""
    barrier = Barrier(POOL_SIZE)

    def session(_: int) -> int:
        with ledger.database.read() as connection:
            barrier.wait(PATIENCE)
            return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())

    with ThreadPoolExecutor(POOL_SIZE) as pool:
        return set(pool.map(session, range(POOL_SIZE)))


def prepared(ledger: Ledger) -> list[str]:
    """The names of what a session has prepared. They are never used twice."""
    with ledger.database.read() as connection:
        return list(connection.execute(text("SELECT name FROM pg_prepared_statements ORDER BY name")).scalars())

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

PREPARED = text("SELECT count(*) FROM pg_prepared_statements")
LINE = {"attempts": 1}


@pytest.fixture
def ledger(postgres: RunningPostgres) -> Iterator[Ledger]:
    database = Database(postgres.create_ledger())
    yield Ledger(database, Codec(b"a key for tests"))
    database.close()


def test_what_rounds_ask_is_prepared(ledger: Ledger) -> None:
    """A session keeps it from one round to the next, whoever reads in between."""
    ledger.change(receive(ledger).id, lambda *_: LINE)
    with ledger.database.read() as connection:
        first = connection.execute(PREPARED).scalar_one()
    ledger.change(receive(ledger, "2").id, lambda *_: LINE)
    with ledger.database.read() as connection:
        second = connection.execute(PREPARED).scalar_one()

    assert 0 < first == second


def test_tables_that_changed(ledger: Ledger) -> None:
    """What was prepared for a table as it was does not fit any more: another session does it, and nobody notices."""
    ledger.change(receive(ledger).id, lambda *_: LINE)
    with psycopg.connect(ledger.database.url.replace("+psycopg", "")) as other:
        other.execute("ALTER TABLE entry ALTER COLUMN reason TYPE varchar(41)")
    changed = ledger.change(receive(ledger, "2").id, lambda *_: LINE)

    assert changed is not None
    assert ["1", "2"] == sorted(str(one.event_id) for one in ledger.select())
    assert [1, 1] == [one.attempts for one in ledger.select()]


def test_as_many_as_there_may_be_stay(ledger: Ledger) -> None:
    """To open one for a moment would cost as much as many callbacks."""
    barrier = Barrier(POOL_SIZE)

    def session(_: int) -> int:
        with ledger.database.read() as connection:
            barrier.wait(PATIENCE)
            return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())

    with ThreadPoolExecutor(POOL_SIZE) as pool:
        first, second = (set(pool.map(session, range(POOL_SIZE))) for _ in range(2))

    assert POOL_SIZE == len(first)
    assert first == second

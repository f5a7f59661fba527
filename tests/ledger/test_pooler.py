"""The ledger behind a PgBouncer, which may hand each transaction to another session."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text

from app.delivery.engine.procrastinate_jobs import conninfo, prepare
from app.domain.entry import State
from app.domain.errors import ConfigError
from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError, UnreachableError
from app.ledger.ledger import Ledger
from app.ledger.migrate import is_up_to_date, migrate
from app.ledger.queue import Queue
from tests.ledger.conftest import receive, without_payload
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE
from tests.support.pgbouncer import RunningPgBouncer
from tests.support.postgres import RunningPostgres

MANY = 60
BACKEND = text("SELECT pg_backend_pid()")
PREPARED = text("SELECT count(*) FROM pg_prepared_statements")


@pytest.fixture(params=["transaction", "session"])
def pooler(postgres: RunningPostgres, request: pytest.FixtureRequest) -> Iterator[RunningPgBouncer]:
    with RunningPgBouncer(
        postgres, request.param, default_pool_size=4 if request.param == "transaction" else 40
    ) as one:
        yield one


@pytest.fixture
def ledger(pooler: RunningPgBouncer) -> Iterator[Ledger]:
    database = Database(pooler.create_ledger())
    yield Ledger(database, Codec(b"a key for tests"))
    database.close()


def settle(*_: object) -> dict[str, Any]:
    return {"state": State.WAITING, "lease": None, "lease_until": None, "due_at": 1.0}


def test_many_at_once(ledger: Ledger) -> None:
    """Threads and engines that share few sessions: each callback is stored, settled and claimed once."""

    def work(number: int) -> list[int]:
        stored = receive(ledger, str(number), in_order=True)
        ledger.change(stored.id, settle)
        return [one.id for one in Queue(ledger).claim(f"engine {number}", 60, 2)]

    with ThreadPoolExecutor(8) as pool:
        claimed = [one for some in pool.map(work, range(MANY)) for one in some]
    claimed += [one.id for one in Queue(ledger).claim("the last", 60, MANY)]

    assert sorted(one.id for one in ledger.select()) == sorted(claimed)


def test_nothing_is_prepared(ledger: Ledger) -> None:
    """The names of what is prepared would collide, since it stays in a session that others get."""
    for number in range(3):
        ledger.change(receive(ledger, str(number)).id, settle)

    assert 0 == ledger.database.write(lambda connection: connection.execute(PREPARED).scalar_one())


def test_restart(ledger: Ledger, pooler: RunningPgBouncer) -> None:
    """A pooler that died and is back is not noticed; while it is away, so is the ledger."""
    receive(ledger)
    pooler.restart()
    receive(ledger, "2")
    with pooler.away(), pytest.raises(UnreachableError):
        receive(ledger, "3")
    receive(ledger, "3")

    assert ["1", "2", "3"] == [one.event_id for one in ledger.select()]


def test_restart_amid_the_work(ledger: Ledger, pooler: RunningPgBouncer) -> None:
    """What was under way is done once more, and once only."""
    stored = receive(ledger)
    asked: list[object] = []

    def decide(*_: object) -> dict[str, Any]:
        if not asked:
            pooler.restart()
        asked.append(_)
        return settle()

    changed = ledger.change(stored.id, decide)

    assert changed == without_payload(ledger.get(stored.id))
    assert 2 == len(asked)


def test_sessions_that_the_pooler_keeps(ledger: Ledger, pooler: RunningPgBouncer, postgres: RunningPostgres) -> None:
    """Those that were opened while the database was read-only do not stay in the pooler for ever."""
    receive(ledger)
    name = ledger.database.url.rpartition("/")[2]
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        pooler.restart()
        with pytest.raises(LedgerError):
            receive(ledger, "2")
        ledger.select()
        connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
    receive(ledger, "2")

    assert ["1", "2"] == [one.event_id for one in ledger.select()]


def find_useless(database: Database, met: list[int]) -> None:
    def meet(connection: Connection) -> None:
        met.append(connection.execute(BACKEND).scalar_one())
        if len(met) == 1:
            connection.execute(text("DO $$ BEGIN RAISE read_only_sql_transaction; END $$"))

    database.write(meet)


def test_only_the_useless_session_ends(postgres: RunningPostgres) -> None:
    """Not the one that a pooler would hand out next, which may be somebody else's."""
    useless: list[int] = []
    with RunningPgBouncer(postgres, default_pool_size=2, server_round_robin=1) as pooler:
        database = Database(pooler.create_database())
        with database.read() as first, database.read() as second:
            pids = [one.execute(BACKEND).scalar_one() for one in (first, second)]
        find_useless(database, useless)
        with psycopg.connect(postgres.url(), autocommit=True) as watching:
            alive = pids
            while useless[0] in alive:
                rows = watching.execute("SELECT pid FROM pg_stat_activity WHERE pid = ANY(%s)", [pids]).fetchall()
                assert rows
                alive = [pid for (pid,) in rows]
        database.close()

    assert [pid for pid in pids if pid != useless[0]] == alive == useless[1:]


@pytest.mark.parametrize("left", ["search_path = pg_catalog", "default_transaction_read_only = on"])
def test_what_others_leave_in_a_session(ledger: Ledger, left: str) -> None:
    """Another client of the pooler has changed the session that comes next: nothing of it is seen."""
    address = conninfo(ledger.database.url)
    for number in range(3):
        with psycopg.connect(address, autocommit=True, target_session_attrs="any", prepare_threshold=None) as other:
            other.execute(f"SET {left}".encode())
        assert receive(ledger, str(number)) in ledger.select()


def test_nothing_is_left_in_a_session(ledger: Ledger) -> None:
    """Neither a setting nor a lock: the next who gets it may be anybody."""
    migrate(ledger.database)
    receive(ledger, in_order=True)
    with psycopg.connect(conninfo(ledger.database.url), autocommit=True, prepare_threshold=None) as other:
        settings = "statement_timeout", "lock_timeout"
        found = [other.execute(f"SHOW {name}".encode()).fetchone() for name in settings]
        locks = other.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
        prepared = other.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()

    assert [("0",), ("0",)] == found
    assert ((0,), (0,)) == (locks, prepared)


def test_many_bring_the_tables(pooler: RunningPgBouncer) -> None:
    """Processes that start at once wait for each other through it, too."""
    databases = [Database(url) for url in [pooler.create_database()] * 3]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate, databases))
    current = [is_up_to_date(one) for one in databases]
    for one in databases:
        one.close()

    assert [True] * 3 == current


def test_no_session_left(postgres: RunningPostgres) -> None:
    """Where all sessions of the pooler are taken it says so after a while: away, until one is free."""
    with RunningPgBouncer(postgres, default_pool_size=1, query_wait_timeout=1) as pooler, ExitStack() as taken:
        database = Database(pooler.create_ledger())
        ledger = Ledger(database, Codec(b"a key for tests"))
        holder = taken.enter_context(psycopg.connect(conninfo(database.url), prepare_threshold=None))
        holder.execute("SELECT 1")
        with pytest.raises(UnreachableError):
            receive(ledger)
        taken.close()

        assert wait_until(lambda: bool(receive(ledger)), PATIENCE)
        database.close()


def test_statement_mode(postgres: RunningPostgres) -> None:
    """Without transactions nothing can be kept: it stops the start, with a sentence."""
    with RunningPgBouncer(postgres, "statement") as pooler:
        database = Database(pooler.create_database())
        with pytest.raises(LedgerError, match="statement pooling") as raised:
            migrate(database)
        database.close()

    assert not isinstance(raised.value, UnreachableError)


def test_settings_at_the_start_of_a_session(pooler: RunningPgBouncer) -> None:
    """Who gives some in the address hears that the pooler refuses them."""
    database = Database(f"{pooler.create_database()}?options=-csearch_path%3Dpublic")
    with pytest.raises(LedgerError, match="unsupported startup parameter") as raised:
        migrate(database)

    assert not isinstance(raised.value, UnreachableError)


def test_workers_need_a_session_of_their_own(pooler: RunningPgBouncer, postgres: RunningPostgres) -> None:
    """Procrastinate's LISTEN does not pass a pooler that hands sessions on, and that is said; else it works."""
    direct, through = Database(postgres.create_ledger()), Database(pooler.create_ledger())
    prepare(direct)
    try:
        if pooler.mode == "session":
            prepare(through)
        else:
            with pytest.raises(ConfigError, match="leads to the Postgres itself"):
                prepare(through)
    finally:
        direct.close()
        through.close()

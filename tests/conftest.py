"""What tests share: a sandbox and a Ringback, both real processes, started seldom and clean for each test."""

import gc
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import count
from pathlib import Path

import pytest

from tests.support.desk import Desk
from tests.support.ledger_pool import LedgerPool
from tests.support.ledgers import create_sqlite
from tests.support.postgres import RunningPostgres, postgres
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

__all__ = ["postgres"]

_EVENT_IDS = count(100_001)

# While tests are collected almost nothing becomes garbage.
gc.disable()


def pytest_collection_finish() -> None:
    """All tests stay to the end: to look through them again and again costs seconds."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def ledger_pool(postgres: RunningPostgres) -> Iterator[LedgerPool]:
    pool = LedgerPool(postgres)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with RunningSandbox(tmp_path_factory.mktemp("sandbox") / "sandbox.db") as running:
        yield running


@pytest.fixture
def sandbox(shared_sandbox: RunningSandbox) -> RunningSandbox:
    """A Salesforce with its seed records only, and without faults."""
    shared_sandbox.reset()
    return shared_sandbox


@pytest.fixture(scope="module")
def shared_ringback(
    shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningRingback]:
    """Ends with its file: it looks for work five times a second."""
    log = tmp_path_factory.mktemp("ringback") / "log"
    environment = {
        "WEB_CONCURRENCY": "1",
        "RINGBACK_DEADLINE": "2",
        "RINGBACK_CONFIG": str(Path(__file__).parent / "ringback.yaml"),
    }
    with RunningRingback(
        shared_sandbox.url,
        log,
        {
            **environment,
            "RINGBACK_SECRET_BERLIN_2": "berlins-own-secret",
            "RINGBACK_SECRET_STRICT": "stricts-own-secret",
        },
    ) as running:
        yield running


@pytest.fixture
def ringback(shared_ringback: RunningRingback, sandbox: RunningSandbox) -> RunningRingback:
    """A Ringback whose deadline is 2 s and whose waiting times are short, in front of a clean sandbox."""
    shared_ringback.reset()
    return shared_ringback


@pytest.fixture(params=["sqlite", "postgres"])
def each_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    server: RunningPostgres = request.getfixturevalue("postgres")
    return server.create_database()


@pytest.fixture(params=["sqlite", "postgres"])
def each_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of each kind with the ledger's tables, and nothing in them."""
    if request.param == "sqlite":
        yield create_sqlite(tmp_path / "ledger.db")
        return
    pool: LedgerPool = request.getfixturevalue("ledger_pool")
    with pool.lend() as url:
        yield url


@pytest.fixture
def event_id() -> int:
    """An event id that no other test uses."""
    return next(_EVENT_IDS)


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, sandbox: RunningSandbox) -> Iterator[Desk]:
    """A desk on each database: a ledger of the test's own, and a clean sandbox."""
    pool: LedgerPool | None = request.getfixturevalue("ledger_pool") if request.param == "postgres" else None
    with pool.lend() if pool else nullcontext() as url:
        desk = Desk(tmp_path, sandbox, url)
        yield desk
        desk.ledger.database.close()

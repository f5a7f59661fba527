"""Each engine on the databases that it knows, with real processes."""

from collections.abc import Iterator

import pytest

from tests.engines.house import EngineHouse
from tests.support.chaos_points import POINTS
from tests.support.pgbouncer import RunningPgBouncer
from tests.support.postgres import RunningPostgres


@pytest.fixture(scope="module")
def pooler(postgres: RunningPostgres) -> Iterator[RunningPgBouncer]:
    with RunningPgBouncer(postgres) as running:
        yield running


@pytest.fixture
def statement_pooler(postgres: RunningPostgres) -> Iterator[RunningPgBouncer]:
    with RunningPgBouncer(postgres, "statement") as running:
        yield running


HOUSES = [("embedded", "sqlite"), ("embedded", "pooler"), ("procrastinate", "postgres")]
# Its engine and its database are each in one of the others.
if POINTS == "all":
    HOUSES.append(("embedded", "postgres"))


@pytest.fixture(scope="module", params=HOUSES, ids="-".join)
def shared_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineHouse]:
    """One for each file: what its tests have left behind is of no other."""
    engine, database = request.param
    server = None if database == "sqlite" else request.getfixturevalue(database)
    with EngineHouse(tmp_path_factory.mktemp("engine"), engine, server) as house:
        yield house


@pytest.fixture
def house(shared_house: EngineHouse) -> EngineHouse:
    """Ringback, its engine and its Salesforce, with nothing in them."""
    shared_house.empty()
    return shared_house

"""A desk on both databases: a ledger of the test's own, and a clean sandbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.desk import Desk
from tests.support.postgres import RunningPostgres
from tests.support.sandbox import RunningSandbox


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, sandbox: RunningSandbox) -> Iterator[Desk]:
    server: RunningPostgres | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    made = Desk(tmp_path, sandbox, server.create_database() if server else None)
    yield made
    made.ledger.database.close()

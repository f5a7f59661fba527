"""A desk for the commands: a ledger of the test's own, and a clean sandbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import Desk
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def desk(tmp_path: Path, sandbox: RunningSandbox) -> Iterator[Desk]:
    made = Desk(tmp_path, sandbox)
    yield made
    made.ledger.database.close()

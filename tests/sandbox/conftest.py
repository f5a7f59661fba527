"""A REST client logged in at a clean sandbox (which the tests of all rooms share, see tests/conftest.py)."""

from collections.abc import Iterator

import pytest

from tests.sandbox.rest import Rest
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def rest(sandbox: RunningSandbox) -> Iterator[Rest]:
    client = Rest(sandbox)
    yield client
    client.http.close()

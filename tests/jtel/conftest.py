"""A jtel that answers what a test says, and a client of it that does not wait long."""

from collections.abc import Iterator

import pytest

from app.jtel.client import JtelClient
from app.jtel.http import Patience
from tests.support.jtel import JtelServer

# What hangs is given up at once; what answers has the time that a busy machine needs.
HASTY = Patience(answer=0.3, silence=0.3, pauses=(0.0, 0.0))
PATIENT = Patience(answer=60.0, silence=60.0, pauses=(0.0, 0.0))


@pytest.fixture
def server() -> Iterator[JtelServer]:
    with JtelServer() as running:
        yield running


@pytest.fixture
def client(server: JtelServer) -> JtelClient:
    return JtelClient(server.access, PATIENT)


@pytest.fixture
def hasty(server: JtelServer) -> JtelClient:
    return JtelClient(server.access, HASTY)

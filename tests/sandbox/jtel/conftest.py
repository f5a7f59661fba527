"""The sandbox's jtel, clean: as a client of its REST API sees it, and as its bare wire."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from app.jtel.access import JtelAccess
from app.jtel.client import JtelClient
from app.sandbox.jtel.rest import CLIENTS_ID, TOKEN
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox

Ask = Callable[..., requests.Response]


@pytest.fixture
def client(sandbox: RunningSandbox) -> JtelClient:
    """The client that Ringback uses."""
    return JtelClient(JtelAccess(sandbox.url, TOKEN, CLIENTS_ID))


@pytest.fixture
def ask(sandbox: RunningSandbox) -> Iterator[Ask]:
    """Calls below /rest/v1.0/1, with the token."""
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {TOKEN}"

        def send(
            method: str, path: str, body: Any = None, base: str = "/rest/v1.0/1", **options: Any
        ) -> requests.Response:
            return http.request(method, f"{sandbox.url}{base}{path}", json=body, timeout=PATIENCE, **options)

        yield send

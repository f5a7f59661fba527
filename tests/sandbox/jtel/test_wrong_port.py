"""Who takes the sandbox for Ringback is told where that is."""

import pytest
import requests

from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path", ["/callbacks", "/callbacks/", "/callbacks/vienna", "/calls/connected", "/jtel/callbacks"]
)
def test_ringbacks_paths(sandbox: RunningSandbox, path: str, method: str) -> None:
    """Its paths are no page that is missing, but another program's."""
    answer = requests.request(method, f"{sandbox.url}{path}", json={"AcdEventsID": 1}, timeout=PATIENCE)

    assert (404, "path_unknown") == (answer.status_code, answer.json()["reason"])
    assert "goes to Ringback" in answer.json()["message"]


@pytest.mark.parametrize("path", ["/", "/jtel"])
def test_its_own_pages(sandbox: RunningSandbox, path: str) -> None:
    """They are there as before."""
    assert 200 == requests.get(f"{sandbox.url}{path}", timeout=PATIENCE).status_code

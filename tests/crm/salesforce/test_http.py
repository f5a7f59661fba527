"""The HTTP under simple-salesforce: timeouts on everything, and no socket that has grown stale."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from app.crm.salesforce import build_http, connection, http_session
from tests.support.sandbox import RunningSandbox

TOKEN_URL = "https://acme.my.salesforce.com/services/oauth2/token"


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Grows by one for each connection that is opened."""
    opened: list[float] = []
    connect = connection._Fresh.connect

    def counted(self: connection._Fresh) -> None:
        connect(self)
        opened.append(self._used)

    monkeypatch.setattr(connection._Fresh, "connect", counted)
    return opened


@pytest.mark.parametrize(("idle_limit", "opened"), [(30.0, 1), (0.0, 3)])
def test_idle_sockets_are_not_reused(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, connects: list[float], idle_limit: float, opened: int
) -> None:
    """Calls in quick succession share a connection; one that was idle for too long is not trusted with a callback."""
    monkeypatch.setattr(connection, "IDLE_LIMIT", idle_limit)
    with build_http(4, sandbox.url) as http:
        for _ in range(3):
            http.post(TOKEN_URL)

    assert opened == len(connects)


def test_every_request_has_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request whose caller names no timeout, as the library's login does, has one all the same."""
    monkeypatch.setattr(http_session, "READ_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        origin = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with build_http(4, origin) as http, pytest.raises(requests.ReadTimeout):
            http.post(TOKEN_URL)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n"


@pytest.mark.parametrize("begin", [b"", HEAD + b"\r\n{"], ids=["headers", "body"])
def test_an_answer_that_trickles_in_is_cut_off(begin: bytes) -> None:
    """Bytes that arrive one by one, each in time, do not hold a call beyond its own time."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        origin = f"http://127.0.0.1:{server.getsockname()[1]}"
        trickling = pool.submit(_trickle, server, begin)
        with build_http(4, origin) as http, pytest.raises(requests.Timeout):
            http.post(TOKEN_URL, timeout=(1, 0.5))
        lasted = trickling.result()

    assert lasted < 5


def _trickle(server: socket.socket, begin: bytes) -> float:
    """Sends a byte each 50 ms until the other side has had enough; says for how long."""
    client, _ = server.accept()
    started = time.monotonic()
    with client:
        client.sendall(begin or HEAD)
        while time.monotonic() - started < 10:
            try:
                client.sendall(b" ")
            except OSError:
                break
            time.sleep(0.05)
    return time.monotonic() - started

"""The HTTP under simple-salesforce: timeouts on everything, and no socket that has grown stale."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests

from app.crm.salesforce import build_http, http_session
from app.crm.salesforce import http as salesforce_http
from app.domain.record import Record
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.internet import HOME, Internet, well
from tests.support.patience import PATIENCE, SOON
from tests.support.sandbox import RunningSandbox

TOKEN_URL = "https://acme.my.salesforce.com/services/oauth2/token"


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Grows by one for each connection that is opened."""
    opened: list[float] = []
    connect = salesforce_http._Fresh.connect

    def counted(self: salesforce_http._Fresh) -> None:
        connect(self)
        opened.append(self._used)

    monkeypatch.setattr(salesforce_http._Fresh, "connect", counted)
    return opened


@pytest.mark.parametrize(("idle_limit", "opened"), [(30.0, 1), (0.0, 3)])
def test_idle_sockets_are_not_reused(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, connects: list[float], idle_limit: float, opened: int
) -> None:
    """Calls in quick succession share a connection; one that was idle for too long is not trusted with a callback."""
    monkeypatch.setattr(salesforce_http, "IDLE_LIMIT", idle_limit)
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

    assert lasted < SOON


def _trickle(server: socket.socket, begin: bytes) -> float:
    """Sends a byte each 50 ms until the other side has had enough; says for how long."""
    client, _ = server.accept()
    started = time.monotonic()
    with client:
        client.sendall(begin or HEAD)
        while time.monotonic() - started < PATIENCE:
            try:
                client.sendall(b" ")
            except OSError:
                break
            time.sleep(0.05)
    return time.monotonic() - started


def create(rooms: Rooms, number: int) -> None:
    assert rooms.crm.create(Record("Case", {"Subject": "Callback"}), f"default-{number}", Deadline(10)).created


def test_a_call_starts_no_thread(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time is kept by the reads themselves: no timer of its own runs beside it."""
    create(rooms, 1)
    started: list[str] = []
    monkeypatch.setattr(threading.Thread, "start", lambda thread: started.append(thread.name))
    create(rooms, 2)

    assert started == []


def test_the_environment_is_asked_once_for_a_place(
    real: Rooms, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which proxy leads there is looked up for the first call; all others go the same way."""
    asked: list[str] = []
    ask = requests.sessions.get_environ_proxies

    def noted(url: str, *arguments: Any, **options: Any) -> Any:
        asked.append(url)
        return ask(url, *arguments, **options)

    monkeypatch.setattr(requests.sessions, "get_environ_proxies", noted)
    for number in range(3):
        create(real, number)

    assert len(asked) == 1
    assert {HOME} == internet.hosts


def test_no_cookie_is_kept(real: Rooms, internet: Internet) -> None:
    """A call is told by its token alone, whatever an answer wants to be remembered by."""
    cookie = ("Set-Cookie", f"BrowserId=1; domain={HOME}; path=/")
    internet.answers = lambda call: replace(well(call), headers=(cookie,))
    for number in range(2):
        create(real, number)

    assert not any("Cookie" in call.headers for call in internet.calls)

"""Hundreds of strangers who ask without end and take their answers slowly or not at all."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path

import pytest
import requests

from tests.support.patience import PATIENCE, SOON
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.siege import Kind, Siege
from tests.support.wire import dial, head, read_all

# More than six times as many as there are threads, and fewer than the connections of a process.
MANY = 400
EVENT_IDS = count(1)


def stranger(path: str, method: str = "GET", *, rate: int) -> Kind:
    return head(method=method, path=path, secret="wrong"), rate


SLOW = [stranger("/openapi.json", rate=4096), stranger("/openapi.json", rate=0)]
OF_ALL_KINDS = [
    stranger("/openapi.json", "HEAD", rate=100),
    stranger("/callbacks", "POST", rate=0),
    stranger("/callbacks/nobody", "OPTIONS", rate=4096),
    stranger("/callbacks", "PUT", rate=1),
    stranger("/health/ready", rate=0),
    stranger("/health/live", rate=4096),
    stranger("/metrics", rate=0),
    stranger("/" + "a" * 2_000, rate=100),
]


@pytest.fixture(scope="module")
def server(shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRingback]:
    """A Ringback of one process with 64 threads."""
    log = tmp_path_factory.mktemp("siege") / "log"
    with RunningRingback(shared_sandbox.url, log, {"WEB_CONCURRENCY": "1"}) as running:
        yield running


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("kinds", [SLOW, OF_ALL_KINDS], ids=["slow", "of-all-kinds"])
def test_callbacks_are_answered_meanwhile(server: RunningRingback, kinds: list[Kind]) -> None:
    """While the siege holds, each callback becomes a Case; nobody is waited for."""
    with Siege(server.port, kinds, MANY):
        started = time.monotonic()
        answers = [callback(server) for _ in range(20)]
        seconds = time.monotonic() - started

    assert [(200, "created")] * 20 == answers
    assert seconds < SOON


def test_making_room(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Who makes room for a newcomer may be sending just then: that is nobody's end but its own."""
    settings = {"WEB_CONCURRENCY": "1", "GUNICORN_CMD_ARGS": "--worker-connections 10 --threads 2"}
    with RunningRingback(sandbox.url, tmp_path / "log", settings) as server, ExitStack() as opened:
        (worker,) = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        guests = [opened.enter_context(dial(server)) for _ in range(20)]
        guests[-1].sendall(head(method="GET"))
        assert guests[-1].recv(100).startswith(b"HTTP/1.1 200")
        # What happens now reaches it all at once.
        os.kill(int(worker), signal.SIGSTOP)
        newcomers = [opened.enter_context(dial(server)) for _ in range(10)]
        for guest in guests:
            with suppress(OSError):
                guest.sendall(b"G")
        os.kill(int(worker), signal.SIGCONT)
        newcomers[-1].sendall(head("Connection: close", method="GET"))

        assert read_all(newcomers[-1]).startswith(b"HTTP/1.1 200")
        assert [worker] == Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()


def test_who_does_not_take_the_answer_is_cut(server: RunningRingback) -> None:
    """However little is read of it: the time counts for the whole answer, and not for each byte."""
    with Siege(server.port, SLOW, MANY) as siege:
        siege.wait_for_cuts(MANY, seconds=60)


def test_answers_come_whole(server: RunningRingback) -> None:
    """Who reads nothing until all has been asked for, but then reads, gets every answer whole."""
    asked, last = (head(*lines, method="GET", path="/openapi.json") for lines in ((), ("Connection: close",)))
    with dial(server) as connection:
        connection.sendall(asked * 19 + last)
        whole = read_all(connection)
    expected = requests.get(f"{server.url}/openapi.json", timeout=PATIENCE).content

    assert 20 == whole.count(expected)


@pytest.mark.parametrize(
    "path", ["/openapi.json", "/callbacks", "/health/ready", "/health/live", "/metrics", "/", "/x"]
)
def test_what_a_stranger_may_fetch_is_small(server: RunningRingback, path: str) -> None:
    """No answer to a stranger is larger than what the kernel takes at once."""
    answer = requests.get(server.url + path, timeout=PATIENCE)

    assert len(answer.content) < 32 * 1024


def callback(server: RunningRingback) -> tuple[int, str]:
    answer = server.post({"AcdEventsID": next(EVENT_IDS), "CallbackNumber": "4930901820"})
    return answer.status, answer.body["status"]

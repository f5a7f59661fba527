"""Senders that take their time: they keep nobody else waiting, and are not waited for very long."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.support.patience import SOON
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.wire import answers, dial, head, read_all

# More than there are threads.
MANY = 200


@pytest.fixture(scope="module")
def server(shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRingback]:
    """A Ringback of one process with 64 threads."""
    log = tmp_path_factory.mktemp("slow") / "log"
    with RunningRingback(shared_sandbox.url, log, {"WEB_CONCURRENCY": "1"}) as running:
        yield running


@pytest.fixture(scope="module")
def dawdlers(server: RunningRingback) -> Iterator[dict[str, list[socket.socket]]]:
    """Strangers who never finish what they begin, through all tests of this file."""
    kinds = {
        "silent": b"",
        "half-a-head": b"POST /callbacks HTTP/1.1\r\nHost: x\r\nX-",
        "body-owed": head("Content-Length: 1000", secret="wrong") + b"a",
        "chunk-owed": head("Transfer-Encoding: chunked", secret="wrong") + b"ff\r\na",
    }
    opened = {kind: [dial(server) for _ in range(MANY // 2)] for kind in kinds}
    for kind, connections in opened.items():
        for connection in connections:
            connection.sendall(kinds[kind])
    yield opened
    for connections in opened.values():
        for connection in connections:
            connection.close()


def test_nobody_waits_for_them(server: RunningRingback, dawdlers: dict[str, list[socket.socket]]) -> None:
    """While hundreds dawdle, a request is answered as ever."""
    started = time.monotonic()
    told = [server.post(method="GET").status for _ in range(20)]

    assert [200] * 20 == told
    assert time.monotonic() - started < SOON


def test_trickling_is_no_way_around(server: RunningRingback, dawdlers: dict[str, list[socket.socket]]) -> None:
    """A byte now and then does not make a thread wait either."""
    for _ in range(3):
        for connection in dawdlers["half-a-head"]:
            with suppress(OSError):
                connection.sendall(b"a")
        assert 200 == server.post(method="GET").status


def test_who_does_not_listen(server: RunningRingback) -> None:
    """Who asks without end and reads no answer is left alone after a while; the others are served meanwhile."""
    deaf = [dial(server) for _ in range(70)]
    for connection in deaf:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)
        with suppress(BlockingIOError, ConnectionError):
            while True:
                connection.send(head(method="GET") * 200)
    started = time.monotonic()

    assert 200 == server.post(method="GET").status
    assert time.monotonic() - started < SOON
    for connection in deaf:
        connection.close()


def test_unauthenticated_bodies_are_not_read(dawdlers: dict[str, list[socket.socket]]) -> None:
    """Who has no secret is told so at once, and not when the body is there; then the connection ends."""
    for kind in ("body-owed", "chunk-owed"):
        ((status, answer),) = answers(read_all(dawdlers[kind][0]))

        assert (401, "credentials_wrong") == (status, answer["reason"])


def test_a_body_is_waited_for_a_while(server: RunningRingback) -> None:
    """Who has the secret and sends half a body is told after a few seconds that it is not whole."""
    with dial(server) as connection:
        connection.sendall(head("Content-Length: 100") + b'{"AcdEventsID": 1')
        ((status, answer),) = answers(read_all(connection))

    assert (500, "body_incomplete") == (status, answer["reason"])


def test_half_a_head_is_given_up(dawdlers: dict[str, list[socket.socket]]) -> None:
    """A head that has begun is not waited for longer than ten seconds; its sender is told."""
    ((status, answer),) = answers(read_all(dawdlers["half-a-head"][0]))

    assert (500, "body_not_understood") == (status, answer["reason"])

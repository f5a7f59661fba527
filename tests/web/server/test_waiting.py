"""Callbacks that wait hold no thread: as many may wait as there are connections."""

import json
import select
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.wire import answers, dial, head, read_all

# More callbacks than gunicorn has threads.
MANY = 150
EVENT_IDS = count(1)


@pytest.fixture
def server(sandbox: RunningSandbox, tmp_path: Path) -> RunningRingback:
    return RunningRingback(sandbox.url, tmp_path / "log", {"WEB_CONCURRENCY": "1", "RINGBACK_DEADLINE": "20"})


def callback() -> bytes:
    return json.dumps({"AcdEventsID": next(EVENT_IDS), "Caller": "4930901820", "Subject": "x" * 5_000}).encode()


@pytest.mark.parametrize("late", [False, True], ids=["at-once", "body-late"])
def test_no_thread_for_each(server: RunningRingback, sandbox: RunningSandbox, late: bool) -> None:
    """Far more callbacks wait for Salesforce than there are threads: all else goes on, and each becomes its Case."""
    with server, ExitStack() as opened:
        assert "created" == server.post(json.loads(callback())).body["status"]
        sandbox.fault("latency", seconds=6, next=1_000)
        connections = [opened.enter_context(dial(server)) for _ in range(MANY)]
        bodies = [callback() for _ in connections]
        parts = [(head(f"Content-Length: {len(body)}", "Connection: close"), body) for body in bodies]
        for pieces in zip(*parts, strict=True) if late else [[b"".join(part) for part in parts]]:
            for connection, piece in zip(connections, pieces, strict=True):
                connection.sendall(piece)
        while len(server.entries()) <= MANY:
            assert 200 == server.post(method="GET").status
        answered, _, _ = select.select(connections, [], [], 0)
        statuses = [answer["status"] for one in connections for _, answer in answers(read_all(one))]

    assert [] == answered
    assert ["created"] * MANY == statuses


def test_a_body_that_comes_late(server: RunningRingback) -> None:
    """A callback whose body comes bit by bit is read as any other."""
    with server:
        body = callback()
        with dial(server) as connection:
            connection.sendall(head(f"Content-Length: {len(body)}", "Connection: close"))
            for at in range(0, len(body), 500):
                connection.sendall(body[at : at + 500])
                assert 200 == server.post(method="GET").status
            ((status, answer),) = answers(read_all(connection))

    assert (200, "created") == (status, answer["status"])

"""Callbacks that wait hold no thread: as many may wait as there are connections."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.wire import answers, dial, head, read_all

# gunicorn's threads, and callbacks that wait at a time.
THREADS, MANY = 64, 150
EVENT_IDS = count(1)


def threads_of(server: RunningRingback) -> int:
    """How many threads the only worker has."""
    master = server.process.pid
    worker = Path(f"/proc/{master}/task/{master}/children").read_text().split()[0]
    return len([*Path(f"/proc/{worker}/task").iterdir()])


@pytest.fixture
def server(sandbox: RunningSandbox, tmp_path: Path) -> RunningRingback:
    return RunningRingback(sandbox.url, tmp_path / "log", {"WEB_CONCURRENCY": "1", "RINGBACK_DEADLINE": "20"})


def test_no_thread_for_each(server: RunningRingback, sandbox: RunningSandbox) -> None:
    """Far more callbacks wait for Salesforce than there are threads; each becomes its Case, and all else goes on."""
    with server, ThreadPoolExecutor(MANY) as jtels:
        assert "created" == server.post({"AcdEventsID": next(EVENT_IDS), "Caller": "4930901820"}).body["status"]
        sandbox.fault("latency", seconds=3)
        waiting = [
            jtels.submit(server.post, {"AcdEventsID": next(EVENT_IDS), "Caller": "4930901820"}) for _ in range(MANY)
        ]
        while len(server.entries()) <= MANY:
            assert 200 == server.post(method="GET").status
        threads = threads_of(server)
        statuses = [one.result().body["status"] for one in waiting]

    assert ["created"] * MANY == statuses
    assert threads < THREADS


def test_a_body_that_comes_late(server: RunningRingback) -> None:
    """A callback whose body comes bit by bit is read as any other."""
    with server:
        body = json.dumps({"AcdEventsID": next(EVENT_IDS), "Caller": "4930901820", "Subject": "x" * 5_000}).encode()
        with dial(server) as connection:
            connection.sendall(head(f"Content-Length: {len(body)}", "Connection: close"))
            for at in range(0, len(body), 500):
                connection.sendall(body[at : at + 500])
                assert 200 == server.post(method="GET").status
            ((status, answer),) = answers(read_all(connection))

    assert (200, "created") == (status, answer["status"])

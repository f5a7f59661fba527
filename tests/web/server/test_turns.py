"""What happens between two looks at the connections is no reason to lose one. Here the worker is moved on by hand."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any

import pytest

from app.web.server.connection import Connection
from app.web.server.worker import Worker
from tests.support.patience import PATIENCE

WHOLE = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def connected(worker: Worker, stack: ExitStack) -> tuple[socket.socket, Connection]:
    """A peer, and its connection, which waits for a head."""
    theirs, ours = (stack.enter_context(end) for end in socket.socketpair())
    worker.nr_conns += 1
    conn = Connection(worker.cfg, ours, "", "")
    worker._wait(conn)
    return theirs, conn


def test_hasty_makes_room_meanwhile(worker: Worker, stack: ExitStack) -> None:
    """A connection that was to be served, and made room for others in the same turn, ends nothing but itself."""
    _, conn = connected(worker, stack)
    worker._end_wait(conn)
    worker._hasty.append(conn)
    worker.method_queue.defer(worker._make_place)
    worker.poller.register(worker.method_queue.fileno(), 1, worker.method_queue.run_callbacks)

    worker._turn()

    assert (0, 0) == (worker.nr_conns, len(worker._hasty))


def test_what_came_meanwhile_is_served(worker: Worker, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """While others were computed a connection's time has passed, but its request has come: it is served."""
    theirs, conn = connected(worker, stack)

    def compute(**_: Any) -> None:
        theirs.sendall(WHOLE)
        conn.until = time.monotonic()

    with monkeypatch.context() as patched:
        patched.setattr(worker, "wait_for_and_dispatch_events", compute)
        worker._turn()
    while not select.select([theirs], [], [], 0)[0]:
        worker._turn()

    assert theirs.recv(100).startswith(b"HTTP/1.1 404")


def test_nobody_watches_what_another_thread_may_close(worker: Worker, stack: ExitStack) -> None:
    """A connection whose request runs in a thread is unknown to the poller: its number may be another's at any time."""
    theirs, conn = connected(worker, stack)
    watched: SimpleQueue[bool] = SimpleQueue()

    def look() -> str:
        watched.put(conn.sock in worker.poller.get_map())
        return ""

    worker.wsgi.add_url_rule("/nowhere", view_func=look)
    theirs.sendall(WHOLE)
    worker._turn()

    assert watched.get(timeout=PATIENCE) is False

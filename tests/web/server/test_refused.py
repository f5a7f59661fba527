"""Who is refused and does not take the answer is refused once. Here the worker is moved on by hand, turn by turn."""

import socket
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from app.web.server.connection import Connection
from app.web.server.worker import Worker

WHOLE = b"GET /callbacks HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def ends(worker: Worker) -> Iterator[tuple[socket.socket, Connection]]:
    """A peer that takes nothing of what it was sent, and its connection, which waits for a head."""
    theirs, ours = socket.socketpair()
    worker.nr_conns += 1
    conn = Connection(worker.cfg, ours, "", "")
    conn.sock.sendall(bytes(8 * 1024 * 1024))
    assert not conn.sock.deliver()
    conn.sock.kept.clear()
    worker._wait(conn)
    with theirs:
        yield theirs, conn


def test_refused_once(worker: Worker, ends: tuple[socket.socket, Connection]) -> None:
    """When its time for the answer is over the connection ends."""
    theirs, conn = ends
    theirs.sendall(WHOLE[:-3])
    worker._turn()
    with capture_logs() as logs:
        for _ in range(4):
            conn.until = 0.0
            worker.method_queue.defer(lambda: None)  # so that a turn does not wait
            worker._turn()

    assert ["HeadTooSlow"] == [line["error"] for line in logs]
    assert (0, 0) == (worker.nr_conns, worker._held)


def test_refused_is_not_served(worker: Worker, ends: tuple[socket.socket, Connection]) -> None:
    """What comes in the very turn in which it is refused makes no request any more."""
    theirs, conn = ends
    theirs.sendall(WHOLE[:-3])
    worker._turn()
    came = worker.poller.get_key(conn.sock).data
    worker._give_up(conn, "HeadTooLarge")
    theirs.sendall(WHOLE[-3:] + WHOLE)
    came(conn.sock)

    assert conn in worker._waiting
    assert conn.sock.kept
    assert not conn.head

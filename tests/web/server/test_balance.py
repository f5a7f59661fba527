"""A new connection goes to the process that serves the fewest. Two workers share a port, and are moved on by hand."""

import os
import runpy
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.web.server.balance import Balance
from app.web.server.worker import Worker
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE
from tests.support.process import children
from tests.support.ringback import RunningRingback
from tests.support.sandbox import ROOT, RunningSandbox


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield opened


@pytest.fixture
def workers(make_worker: Callable[..., Worker], listener: socket.socket) -> list[Worker]:
    """The first serves two connections, the second none."""
    first, second = make_worker(1, listener), make_worker(2, listener)
    for worker, count in ((first, 2), (second, 0)):
        worker.set_accept_enabled(True)
        worker.balance.show(0)
        worker._count(count)
    return [first, second]


def connect(listener: socket.socket) -> socket.socket:
    return socket.create_connection(listener.getsockname(), PATIENCE)


def test_left_to_who_serves_fewer(
    workers: list[Worker], listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The busier process looks first and does not take it; the other one does."""
    monkeypatch.setattr("app.web.server.balance.WAIT_SECONDS", PATIENCE)
    first, second = workers
    with connect(listener):
        first._turn()
        second._turn()

    assert (2, 1) == (first.nr_conns, second.nr_conns)


def test_taken_if_the_other_hangs(workers: list[Worker], listener: socket.socket) -> None:
    """What the other process does not take in a moment is not left in the queue, nor is what comes later."""
    first, _ = workers
    with connect(listener), connect(listener):
        end = time.monotonic() + PATIENCE
        while first.nr_conns < 4 and time.monotonic() < end:
            first._turn()

    assert (4, True) == (first.nr_conns, first._accepting)


def test_taken_at_once_where_nobody_serves_fewer(workers: list[Worker], listener: socket.socket) -> None:
    """A process that has ended, in whatever way, is not waited for."""
    first, second = workers
    runpy.run_path(str(ROOT / "config" / "gunicorn.conf.py"))["child_exit"](None, second)
    with connect(listener):
        first._turn()

        assert 3 == first.nr_conns


def test_processes_share_the_counts(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """gunicorn's master makes their memory before it forks."""
    with RunningRingback(sandbox.url, tmp_path / "log", {"WEB_CONCURRENCY": "2"}) as running:
        assert wait_until(lambda: len(children(running.process.pid)) == 2, PATIENCE)
        first, second = (shared_memory(pid) for pid in children(running.process.pid))

    assert first == second != set()


def shared_memory(pid: int) -> set[str]:
    """The numbers of the nameless memory that the process shares with others."""
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="ascii", errors="replace").splitlines()
    return {line.split()[4] for line in maps if " rw-s " in line and "/dev/zero" in line}


def test_counts_are_shared_with_a_fork() -> None:
    """What a forked process serves, others see."""
    first, second = Balance(1), Balance(2)
    first.show(5)
    child = os.fork()
    if not child:
        try:
            second.show(4)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    seen = first.another_serves_fewer(), second.another_serves_fewer()
    first.leave()
    second.leave()

    assert (True, False) == seen

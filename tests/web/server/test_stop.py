"""SIGTERM under load: whoever was heard gets an answer, and who comes later is refused at once."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.wire import answers, dial, head, read_all

SENDERS = 24


class Sender(threading.Thread):
    """Sends callbacks one after the other, each on a connection of its own, until nobody listens."""

    def __init__(self, server: RunningRingback, number: int) -> None:
        super().__init__()
        self._server = server
        self._number = number
        self.answered: list[int] = []
        self.unanswered = 0
        self.refused = False

    def run(self) -> None:
        for index in range(10_000):
            try:
                connection = dial(self._server)
            except ConnectionError:
                self.refused = True
                return
            with connection:
                self._send(connection, self._number * 10_000 + index + 1)

    def _send(self, connection: socket.socket, event_id: int) -> None:
        body = b'{"AcdEventsID": %d, "Caller": "4930901820"}' % event_id
        try:
            connection.sendall(head(f"Content-Length: {len(body)}") + body)
            connection.shutdown(socket.SHUT_WR)
            found = answers(read_all(connection))
        except OSError:
            found = []
        if found:
            self.answered.append(found[0][0])
        else:
            self.unanswered += 1


@pytest.mark.parametrize("signalled", ["master", "all"])
def test_whoever_was_heard_is_answered(sandbox: RunningSandbox, tmp_path: Path, signalled: str) -> None:
    """Requests that are being worked on, and connections that wait for it, are all answered when the process has to go.

    Heroku signals every process of a dyno, others the first one only.
    """
    with RunningRingback(sandbox.url, tmp_path / "log", {"WEB_CONCURRENCY": "2"}) as server:
        sandbox.fault("latency", seconds=1, share=1)
        senders = [Sender(server, number) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        with dial(server) as idle, dial(server) as late:
            late.sendall(b"GET /callbacks HTT")
            time.sleep(2.5)
            terminate(server.process.pid, everybody=signalled == "all")
            late.sendall(head(method="GET")[len(b"GET /callbacks HTT") :])
            told, nothing = answers(read_all(late)), read_all(idle)
        for sender in senders:
            sender.join(PATIENCE)
        code = server.process.wait(PATIENCE)

    assert (0, b"") == (code, nothing)
    assert [200] == [status for status, _ in told]
    assert all(sender.refused for sender in senders)
    # A connection that the kernel had just taken when the last process closed its door cannot be answered.
    assert sum(sender.unanswered for sender in senders) <= 1
    assert {200} == {status for sender in senders for status in sender.answered}
    assert all(sender.answered for sender in senders)


def terminate(pid: int, *, everybody: bool) -> None:
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if everybody else []
    for one in [pid, *map(int, workers)]:
        os.kill(one, signal.SIGTERM)

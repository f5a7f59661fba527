"""`ringback worker`: a real process on a real Postgres, and what it leaves when it is told to end."""

import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from app.domain.entry import State
from app.ledger.heartbeats import Heartbeats
from app.web.answers import HEADERS
from app.web.worker_metrics import CONNECTIONS
from tests.support.desk import ROOT, Desk
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.process import free_port, stop
from tests.support.receivers import HttpReceiver
from tests.support.sandbox import RunningSandbox
from tests.support.scrape import scrape, total
from tests.support.started import Started

# Two seconds, and some for a machine that is busy with other tests.
PROMPT = 30.0


class Worker:
    """A worker on the desk's ledger, started when entered."""

    def __init__(self, desk: Desk, log: Path) -> None:
        self.desk, self.log = desk, log

    def __enter__(self) -> "Worker":
        self.process = Started("app", ["worker"], self.desk.environment, ROOT, self.log)
        return self

    def __exit__(self, *_: object) -> None:
        stop(self.process)

    def wait_for(self, reached: Callable[[], bool], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if reached():
                return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def end(self, how: signal.Signals = signal.SIGTERM) -> float:
        """How long it took to end, the good way."""
        started = time.monotonic()
        self.process.send_signal(how)
        assert 0 == self.process.wait(PATIENCE), self.log.read_text()
        return time.monotonic() - started


@pytest.fixture
def desk(tmp_path: Path, sandbox: RunningSandbox, postgres: RunningPostgres) -> Iterator[Desk]:
    made = Desk(tmp_path, sandbox, postgres.create_ledger())
    made.environment["RINGBACK_ENGINE"] = "procrastinate"
    made.environment["RINGBACK_LOG_FORMAT"] = "json"
    yield made
    made.ledger.database.close()


@pytest.fixture
def worker(desk: Desk, tmp_path: Path) -> Iterator[Worker]:
    with Worker(desk, tmp_path / "log") as started:
        yield started


def alive(desk: Desk) -> bool:
    return Heartbeats(desk.ledger.database).alive()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_ends_when_idle(desk: Desk, worker: Worker, how: signal.Signals) -> None:
    """With nothing to do it ends at once, and nobody takes it for alive."""
    worker.wait_for(lambda: alive(desk))
    # Long enough to have begun its work.
    time.sleep(1)

    assert worker.end(how) < PROMPT
    assert not alive(desk)


def test_ends_while_something_waits(desk: Desk, tmp_path: Path) -> None:
    """The same while Salesforce is away and it looks for what is due all the time."""
    desk.environment["SANDBOX_PORT"] = str(free_port())
    entry = desk.add()
    with Worker(desk, tmp_path / "log") as worker:
        worker.wait_for(lambda: desk.now(entry).attempts > 1)

        assert worker.end() < PROMPT
        assert not alive(desk)
        assert State.WAITING is desk.state(entry)


def test_finishes_what_it_attempts(desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """An attempt that is under way is finished and settled before it ends."""
    entry = desk.add()
    sandbox.fault("latency", share=1, seconds=1, match="composite")
    with Worker(desk, tmp_path / "log") as worker:
        worker.wait_for(lambda: any("composite" in call["path"] for call in sandbox.calls()["calls"]))
        worker.end()

    assert State.DELIVERED is desk.state(entry)
    assert not alive(desk)
    assert 1 == len(sandbox.query("SELECT Id FROM Case WHERE jtel_AcdEventsID__c != null"))


def test_second_ctrl_c(desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Who presses Ctrl-C hears for how long an attempt is waited for, and need not wait if it is pressed again."""
    entry = desk.add()
    sandbox.fault("hang", share=1, match="composite")
    with Worker(desk, tmp_path / "log") as worker:
        worker.wait_for(lambda: any("composite" in call["path"] for call in sandbox.calls()["calls"]))
        worker.process.send_signal(signal.SIGINT)
        worker.wait_for(lambda: '"worker_ends"' in worker.log.read_text())
        worker.process.send_signal(signal.SIGINT)

        assert 1 == worker.process.wait(PATIENCE)
    assert State.RECEIVED is desk.state(entry)


def test_ends_without_its_database(desk: Desk, worker: Worker, postgres: RunningPostgres) -> None:
    """It ends, too, while the database is away."""
    worker.wait_for(lambda: alive(desk))
    postgres.crash()
    try:
        time.sleep(1)
        worker.process.send_signal(signal.SIGTERM)
        worker.process.wait(PATIENCE)
    finally:
        postgres.start()

    assert 0 == worker.process.returncode, worker.log.read_text()


def test_metrics(desk: Desk, tmp_path: Path) -> None:
    """A worker shows what it counts at a port of its own, to the operator only; another's folder is not its own.

    Its answers are JSON, say nothing of what made them, and those who dawdle keep nobody out.
    """
    port, secret = free_port(), "operators-secret-that-is-long-enough-for-one"
    desk.environment |= {
        "RINGBACK_WORKER_METRICS_PORT": str(port),
        "RINGBACK_OPERATOR_SECRET": secret,
        "PROMETHEUS_MULTIPROC_DIR": "/no/such/folder",
    }
    entry = desk.add()
    address = ("127.0.0.1", port)
    with Worker(desk, tmp_path / "log") as worker, ExitStack() as slow:
        worker.wait_for(lambda: desk.state(entry) is State.DELIVERED)
        stranger = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE)
        with socket.create_connection(address, timeout=PATIENCE) as garbage:
            garbage.sendall(b"<b>\r\n\r\n")
            refused = garbage.makefile("rb").read()
        dawdlers = [
            slow.enter_context(socket.create_connection(address, timeout=PATIENCE)) for _ in range(CONNECTIONS + 4)
        ]
        samples = scrape(f"http://127.0.0.1:{port}", secret)

        assert 401 == stranger.status_code
        assert "Server" not in stranger.headers
        assert HEADERS.items() <= stranger.headers.items()
        assert b'"body_not_understood"' in refused
        assert b"<" not in refused
        assert 1 == total(samples, "ringback_attempts_total", runner="engine", outcome="delivered")
        assert 1 == total(samples, "ringback_engine_alive") == total(samples, "ringback_ready")
        assert b"" == dawdlers[0].recv(1)


def test_metrics_without_secret(desk: Desk, tmp_path: Path) -> None:
    """A port that nobody may ask at is a mistake, and said at the start."""
    desk.environment["RINGBACK_WORKER_METRICS_PORT"] = str(free_port())
    with Worker(desk, tmp_path / "log") as worker:
        assert 1 == worker.process.wait(PATIENCE)

    assert "RINGBACK_OPERATOR_SECRET" in worker.log.read_text()


def test_does_what_a_web_process_does(desk: Desk, tmp_path: Path) -> None:
    """It tells people of callbacks that have failed; it removes what was kept long enough, and its log counts it."""
    with HttpReceiver() as receiver:
        desk.environment["RINGBACK_ALERT_WEBHOOK"] = receiver.url
        desk.add(State.FAILED, reason="validation_rule")
        old = desk.add(State.DELIVERED, age=31 * 86_400)
        with Worker(desk, tmp_path / "log") as worker:
            worker.wait_for(lambda: bool(receiver.posts))
            worker.wait_for(lambda: desk.now(old).purged_at is not None)
            worker.wait_for(lambda: "purged" in worker.log.read_text())

    assert "validation_rule (1)" in receiver.texts[0]

"""The sandbox as a process: quick to start, quick to stop, its data stays."""

import signal
import socket
import time
from pathlib import Path

import pytest

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.sandbox import RunningSandbox


def wait_until_free(port: int) -> None:
    """The worker notices within a second that the process it belongs to was killed."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.05)


def test_data_sessions_and_org_survive_a_restart(tmp_path: Path) -> None:
    """Killed without warning, started again on the same file and port."""
    database = tmp_path / "deep" / "sandbox.db"
    with RunningSandbox(database) as first:
        rest = Rest(first)
        record_id = rest.create(**{EXTERNAL_ID: "1"})
        first.org("drop-field", object="Case", field="Origin")
        first.process.kill()
        first.process.wait()
        wait_until_free(first.port)
        with RunningSandbox(database, first.port):
            assert rest.case(record_id)[EXTERNAL_ID] == "1"
            assert "Origin" not in rest.case(record_id)
            assert rest.refuses("POST", "sobjects/Case", {EXTERNAL_ID: "1"})[1]["errorCode"] == "DUPLICATE_VALUE"
            assert rest.case(rest.create())["CaseNumber"] == "00001002"
        rest.http.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once(number: signal.Signals) -> None:
    """Even while a call hangs and connections are kept alive."""
    with RunningSandbox() as running:
        rest = Rest(running)
        rest.get("limits")
        start = time.monotonic()
        running.process.send_signal(number)
        running.process.wait(timeout=10)
        assert time.monotonic() - start < 1.5
        rest.http.close()

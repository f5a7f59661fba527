"""The sandbox as a process: quick to start, quick to stop, its data stays."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.forks import run_command
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox


def wait_until_free(port: int) -> None:
    """The worker notices within a second that the process it belongs to was killed."""
    deadline = time.monotonic() + PATIENCE
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
        running.process.send_signal(number)
        running.process.wait(timeout=PATIENCE)
        rest.http.close()


def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path) -> None:
    """Status 1 and what to do, in the place of gunicorn's repeated lines or a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run_command(["sandbox", "--port", str(port), "--data", str(tmp_path / "x.db")], os.environ)
    want = f"Error: Port {port} is taken by another program: end that, or choose another port with --port or "
    assert (1, f"{want}SANDBOX_PORT.\n") == (done.returncode, done.stderr)


def test_a_file_that_cannot_be_written_is_told_too(tmp_path: Path) -> None:
    """So are records that have no place."""
    (tmp_path / "file").touch()
    for data in (tmp_path, tmp_path / "file" / "x.db"):
        done = run_command(["sandbox", "--port", "0", "--data", str(data)], os.environ)
        assert 1 == done.returncode
        assert done.stderr.startswith(f"Error: The sandbox cannot keep its records in {data} ")
        assert 1 == done.stderr.count("\n")


def test_an_impossible_address_is_told_too(tmp_path: Path) -> None:
    """An address that is not of this machine, a port that there is not: status 1 and one line."""
    for where in (["--host", "203.0.113.5"], ["--port", "70000"]):
        done = run_command(["sandbox", *where, "--data", str(tmp_path / "x.db")], os.environ)
        assert (1, 1) == (done.returncode, done.stderr.count("\n"))
        assert done.stderr.startswith("Error: The sandbox cannot listen on ")

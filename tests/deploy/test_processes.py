"""The command lines of the files for deploying, run as the platforms run them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from app.ledger.database import Database
from app.ledger.heartbeats import Heartbeats
from app.ledger.migrate import migrate
from tests.deploy.recipes import ROOT, dockerfile_command, kubernetes, procfile, unit
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.process import free_port, stop, wait_until_answers
from tests.support.ringback import SECRET
from tests.support.sandbox import RunningSandbox

HEADERS = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture(scope="module")
def dyno(shared_sandbox: RunningSandbox, postgres: RunningPostgres) -> dict[str, str]:
    """The variables that Heroku gives to a dyno, and those of app.json."""
    own = [name for name in os.environ if name.startswith(("RINGBACK_", "SALESFORCE_"))]
    return {
        **{name: value for name, value in os.environ.items() if name not in own},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DYNO": "web.1",
        "PORT": str(free_port()),
        "DATABASE_URL": postgres.create_database(),
        "WEB_CONCURRENCY": "1",
        "RINGBACK_SECRET": SECRET,
        "RINGBACK_CRM": "sandbox",
        "SANDBOX_PORT": str(shared_sandbox.port),
        "RINGBACK_LOG_FORMAT": "json",
    }


@contextmanager
def started(command: str, environment: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    words = ["bash", "-c", f"exec {command}"]
    with log.open("ab") as output:
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        stop(process)


@pytest.fixture(scope="module")
def web(dyno: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a web dyno, released and started by the Procfile."""
    subprocess.run(["bash", "-c", procfile()["release"]], cwd=ROOT, env=dyno, check=True, timeout=PATIENCE)
    url = f"http://127.0.0.1:{dyno['PORT']}"
    with started(procfile()["web"], dyno, tmp_path_factory.mktemp("dyno") / "log") as process:
        wait_until_answers(f"{url}/health/live", process)
        yield url


def test_web_dyno_takes_callbacks(web: str, event_id: int) -> None:
    """What the Procfile starts makes a Case."""
    answer = requests.post(
        f"{web}/callbacks", json={"AcdEventsID": event_id, "Caller": "4930901820"}, headers=HEADERS, timeout=PATIENCE
    )

    assert (200, "created") == (answer.status_code, answer.json()["status"])


def test_probes_are_answered(web: str) -> None:
    """Each probe of Kubernetes asks for an address that says yes."""
    container = kubernetes()[0]["spec"]["template"]["spec"]["containers"][0]
    paths = [container[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe", "startupProbe")]

    assert [200] * 3 == [requests.get(web + path, timeout=PATIENCE).status_code for path in paths]


def test_health_check_of_the_image(web: str, dyno: dict[str, str]) -> None:
    """It succeeds where Ringback is ready, and fails where nobody listens."""
    command = dockerfile_command("HEALTHCHECK")
    well = subprocess.run(command, env=dyno, timeout=PATIENCE)
    ill = subprocess.run(command, env={**dyno, "PORT": str(free_port())}, timeout=PATIENCE, stderr=subprocess.DEVNULL)

    assert (0, 1) == (well.returncode, ill.returncode)


def test_command_of_the_image() -> None:
    """It is that of the web dyno and of the unit: that it starts, is ready and ends when told is seen there."""
    unit_command = unit("ringback.service")["ExecStart"].rpartition("/bin/")[2]

    assert procfile()["web"] == unit_command == " ".join(dockerfile_command("CMD"))


def test_worker_dyno_ends_when_told(dyno: dict[str, str], postgres: RunningPostgres, tmp_path: Path) -> None:
    """The Procfile's worker works until Heroku ends it."""
    log, url = tmp_path / "log", postgres.create_database()
    database = Database(url)
    migrate(database)
    environment = {**dyno, "DATABASE_URL": url, "RINGBACK_ENGINE": "procrastinate"}
    with started(procfile()["worker"], environment, log) as process:
        end = time.monotonic() + PATIENCE
        while not Heartbeats(database).alive() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        process.terminate()

        assert 0 == process.wait(PATIENCE), log.read_text()
    database.close()


def test_no_callback_is_refused_while_the_unit_restarts(dyno: dict[str, str], tmp_path: Path, event_id: int) -> None:
    """systemd holds the port: a callback that comes while Ringback is down is answered by the one that starts next."""
    command = "LISTEN_PID=$$ LISTEN_FDS=1 exec " + unit("ringback.service")["ExecStart"].replace(
        "/opt/ringback/.venv/bin/", ""
    )
    with socket.create_server(("127.0.0.1", 0)) as held:
        url = f"http://127.0.0.1:{held.getsockname()[1]}"

        def start() -> "subprocess.Popen[bytes]":
            with (tmp_path / "log").open("ab") as output:
                return subprocess.Popen(
                    ["bash", "-c", f"{command} 3<&{held.fileno()}"],
                    cwd=ROOT,
                    env=dyno,
                    pass_fds=[held.fileno()],
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )

        first = start()
        wait_until_answers(f"{url}/health/ready", first)
        first.send_signal(signal.SIGTERM)
        assert 0 == first.wait(PATIENCE)
        body = json.dumps({"AcdEventsID": event_id, "Caller": "4930901820"})
        with socket.create_connection(held.getsockname(), timeout=PATIENCE) as caller:
            head = f"POST /callbacks HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
            caller.sendall(f"{head}Authorization: Bearer {SECRET}\r\n\r\n{body}".encode())
            second = start()
            try:
                answer = b"".join(iter(lambda: caller.recv(4096), b""))
            finally:
                stop(second)

    assert answer.startswith(b"HTTP/1.1 200"), (tmp_path / "log").read_text()

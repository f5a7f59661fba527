"""What is measured, each started as its users start it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bench.needs import NODE, NODE_RED
from bench.processes import cpu_ms, pss_mb, tree
from bench.wrk import SECRET
from tests.support.postgres import RunningPostgres
from tests.support.process import free_port, stop

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent
# "sqlite" and "postgres" are Ringback. "earlier" is that of another checkout, with SQLite.
SQLITE, POSTGRES, NODE_RED_NAME, FLASK, EARLIER = "sqlite", "postgres", "node-red", "flask", "earlier"
NAMES = (SQLITE, POSTGRES, NODE_RED_NAME, FLASK, EARLIER)
RINGBACKS = (SQLITE, POSTGRES, EARLIER)
PROCESSES = 2
_START_SECONDS = 60.0


@dataclass
class Contender:
    """One that runs. `database` is where its ledger is, if it has any."""

    name: str
    url: str
    roots: Sequence[int]
    log: Path
    database: str | None = None

    def cpu_ms(self) -> float:
        """Of all its processes, so far."""
        return cpu_ms(*tree(*self.roots))

    def pss_mb(self) -> float:
        """Of all its processes, now."""
        return pss_mb(tree(*self.roots))

    def answer(self, event_id: int) -> dict[str, Any]:
        """What it answers to one callback."""
        body = (FOLDER / "callback.json").read_text().replace("EVENT_ID", str(event_id))
        headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"}
        said: dict[str, Any] = requests.post(self.url, data=body, headers=headers, timeout=30).json()
        return said

    def wait(self, event_id: int) -> None:
        """Until it has made a Case of this callback. Raises `RuntimeError`, with what it has logged."""
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            try:
                if self.answer(event_id)["status"] in ("created", "existing"):
                    return
            except (requests.RequestException, KeyError, TypeError):
                pass
            time.sleep(0.01)
        raise RuntimeError(f"{self.name} made no Case in {_START_SECONDS:.0f} s:\n{self.log.read_text()[-3000:]}")


class Contenders:
    """Starts them. All talk to the Salesforce at `crm_port`; `earlier` is the checkout of an older Ringback."""

    def __init__(self, crm_port: int, earlier: Path | None) -> None:
        self._crm_port = crm_port
        self._earlier = earlier

    @contextmanager
    def running(self, name: str, database: str | None = None, deadline: float = 5.0) -> Iterator[Contender]:
        """The contender until the end of the block; `database` is that of a ledger that is there already."""
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"bench-{name}-")))
            if name == NODE_RED_NAME:
                yield stack.enter_context(self._node_red(folder))
            elif name == FLASK:
                yield stack.enter_context(self._flask(folder))
            else:
                yield self._ringback(stack, name, folder, database, deadline)

    def _ringback(self, stack: ExitStack, name: str, folder: Path, database: str | None, deadline: float) -> Contender:
        roots = []
        if database is None and name == POSTGRES:
            postgres = stack.enter_context(RunningPostgres())
            assert postgres.process
            roots.append(postgres.process.pid)
            database = postgres.create_database()
        database = database or f"sqlite:///{folder / 'ringback.db'}"
        root = self._earlier if name == EARLIER and self._earlier else ROOT
        python = root / ".venv" / "bin" / "python"
        environment = {"PYTHONPATH": str(root), **ringback_environment(self._crm_port, database, deadline)}
        command = [str(python) if python.exists() else sys.executable]
        command += ["-m", "gunicorn", "--config", "config/gunicorn.conf.py"]
        contender = stack.enter_context(_started(name, command, root, folder, environment))
        contender.roots = [*contender.roots, *roots]
        contender.database = database
        return contender

    @contextmanager
    def _flask(self, folder: Path) -> Iterator[Contender]:
        command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread"]
        command += ["--workers", str(PROCESSES), "--threads", "64", "--keep-alive", "95", "--preload"]
        environment = {"CRM_URL": f"http://127.0.0.1:{self._crm_port}"}
        command.append("bench.flask_floor:app")
        with _started(FLASK, command, ROOT, folder, environment, bind=True) as contender:
            yield contender

    @contextmanager
    def _node_red(self, folder: Path) -> Iterator[Contender]:
        environment = {
            "CRM_URL": f"http://127.0.0.1:{self._crm_port}",
            "RINGBACK_SECRET": SECRET,
            "FLOW_FILE": str(FOLDER / "node_red" / "flow.json"),
            "NODE_ENV": "production",
        }
        settings = FOLDER / "node_red" / "settings.js"
        command = [str(NODE), str(NODE_RED), "--userDir", str(folder), "--settings", str(settings)]
        with _started(NODE_RED_NAME, command, FOLDER / "node_red", folder, environment) as contender:
            yield contender


def ringback_environment(crm_port: int, database: str, deadline: float = 5.0) -> dict[str, str]:
    """The settings of a Ringback whose Salesforce is the stand-in at this port."""
    return {
        "RINGBACK_CRM": "sandbox",
        "SANDBOX_PORT": str(crm_port),
        "RINGBACK_SECRET": SECRET,
        "RINGBACK_LOG_FORMAT": "json",
        "RINGBACK_PACE": "1",
        "RINGBACK_CHECK_CRM": "false",  # its calls would be counted
        "RINGBACK_DEADLINE": str(deadline),
        "WEB_CONCURRENCY": str(PROCESSES),
        "DATABASE_URL": database,
    }


def inherited_environment() -> dict[str, str]:
    """That of this process without settings of Ringback or gunicorn."""
    ours = ("RINGBACK_", "SALESFORCE_", "GUNICORN_", "WEB_CONCURRENCY")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@contextmanager
def _started(
    name: str, command: list[str], folder: Path, logs: Path, environment: Mapping[str, str], *, bind: bool = False
) -> Iterator[Contender]:
    port = free_port()
    log = logs / "log"
    arguments = ["--bind", f"127.0.0.1:{port}"] if bind else []
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env={**inherited_environment(), "PORT": str(port), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Contender(name, f"http://127.0.0.1:{port}/callbacks", [process.pid], log)
    finally:
        stop(process)

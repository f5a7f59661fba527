"""A real Postgres that the test run starts itself, with a data folder of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import pytest

from tests.support.debian import find_or_install, unprivileged
from tests.support.process import children, free_port

START_SECONDS = 30.0
_SERVERS = (Path("/usr/lib/postgresql"), Path("/usr/local/lib/postgresql"), Path("/opt/homebrew/opt"))


class RunningPostgres:
    """Starts when entered, ends when left. It is durable (fsync is on), so that a crash shows what was committed."""

    def __init__(self) -> None:
        self._programs = find_programs()
        self._as_user = unprivileged()
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._data = self._folder / "data"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        if self._as_user:
            os.chown(self._folder, self._as_user["user"], self._as_user["group"])
        self._fill()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """Where a database of this server is, in the form that Heroku and others use."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._folder),
            "max_connections": "100",
            "fsync": "on",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port), *options]
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=self._folder, stdout=output, stderr=subprocess.STDOUT, **self._as_user
            )
        self._wait()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends the server: SIGINT as an administrator does, SIGQUIT as a crash does, with no goodbye to anybody."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def crash(self) -> None:
        """Everything it did not have on its disk is gone; `start` recovers from its log."""
        self.stop(signal.SIGQUIT)

    def restart(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """A crash (or a polite end) and the start after it."""
        self.stop(how)
        self.start()

    def demote(self) -> None:
        """It comes back as a standby, which can only be read."""
        self.stop()
        (self._data / "standby.signal").touch()
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and what is sent to it, and never answers."""
        assert self.process
        # First the one that would start more.
        self.process.send_signal(signal.SIGSTOP)
        pids = [self.process.pid, *children(self.process.pid)]
        try:
            for pid in pids:
                _tell(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                _tell(pid, signal.SIGCONT)

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _fill(self) -> None:
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            cwd=self._folder,
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            **self._as_user,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {(done.stderr or done.stdout).decode(errors='replace')}")

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process is not None and self.process.poll() is None:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            time.sleep(0.05)
        raise RuntimeError(f"Postgres did not start on port {self.port}:\n{self._log.read_text()[-2000:]}")


class RunningStandby(RunningPostgres):
    """Has what its primary has, and can only be read until it is promoted."""

    def __init__(self, primary: RunningPostgres) -> None:
        self._primary = primary
        super().__init__()

    def promote(self) -> None:
        """It is the primary now."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    def _fill(self) -> None:
        self._run("pg_basebackup", "-D", str(self._data), "-d", self._primary.url(), "-R", "-c", "fast", "--no-sync")


def _tell(pid: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, what)


def find_programs() -> Path:
    """The folder with `initdb` and `postgres`; installs Debian's package where that is possible."""
    return find_or_install("postgresql", _installed)


def _installed() -> Path | None:
    folders: list[Path] = []
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        folders.append(Path(told.stdout.strip()))
    folders += sorted((folder for root in _SERVERS for folder in root.glob("*/bin")), reverse=True)
    in_path = shutil.which("initdb")
    if in_path:
        folders.append(Path(in_path).resolve().parent)
    return next((one for one in folders if (one / "initdb").exists() and (one / "postgres").exists()), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[RunningPostgres]:
    """A Postgres for all tests of this process. Without one the tests fail, with the reason."""
    with RunningPostgres() as running:
        yield running

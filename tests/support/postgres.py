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
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support import ledgers
from tests.support.debian import find_or_install, unprivileged
from tests.support.patience import PATIENCE
from tests.support.process import children, free_port

_SERVERS = (Path("/usr/lib/postgresql"), Path("/usr/local/lib/postgresql"), Path("/opt/homebrew/opt"))


# Waits until the test run has ended, however it ends, and lets nothing of the server stay.
_LAST = 'read -r _; "$1/pg_ctl" -D "$2/data" -m immediate stop; rm -rf "$2"'
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    # A process that dies takes nothing along that it has given to the system; these machines do not lose their power.
    "fsync": "off",
    # Files in its own folder: where it is killed nothing stays in the machine's shared memory.
    "dynamic_shared_memory_type": "mmap",
    # With hundreds of databases it would look at one of them ten times a second.
    "autovacuum": "off",
}


class RunningPostgres:
    """Starts when entered, ends when left. What it has committed outlives its crash, though not one of the machine."""

    def __init__(self) -> None:
        self._programs = find_programs()
        self._as_user = unprivileged()
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._data = self._folder / "data"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._migrated: str | None = None
        if self._as_user:
            os.chown(self._folder, self._as_user["user"], self._as_user["group"])
        self._last = self._wait_for_the_end()
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
        self._last.communicate()

    def url(self, database: str = "postgres") -> str:
        """Where a database of this server is, in the form that Heroku and others use."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """The URL of a new, empty database."""
        return self._copy("template1")

    def create_ledger(self) -> str:
        """The URL of a new database with the ledger's tables and nothing in them."""
        if self._migrated is None:
            url = self.create_database()
            ledgers.fill(url)
            self._migrated = urlsplit(url).path.lstrip("/")
        return self._copy(self._migrated)

    def _copy(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return self.url(name)

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        settings = {**_SETTINGS, "unix_socket_directories": str(self._folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port), *options]
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=self._folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the test run, which then ends it
                **self._as_user,
            )
        self._wait()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends the server: SIGINT as an administrator does, SIGQUIT as a crash does, with no goodbye to anybody."""
        if self.process is None or self.process.poll() is not None:
            return
        # With SIGQUIT it kills by itself, after a while, whoever does not end; no limit of ours may forestall that: the
        # next start is refused as long as anybody has the old one's memory.
        self.process.send_signal(how)
        self.process.wait(PATIENCE)

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

    def _wait_for_the_end(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            ["/bin/sh", "-c", _LAST, "sh", str(self._programs), str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # what ends the test run by its group must not end this
            **self._as_user,
        )

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
        end = time.monotonic() + PATIENCE
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

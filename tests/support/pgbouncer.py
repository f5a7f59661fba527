"""A real PgBouncer in front of a real Postgres."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import psycopg

from tests.support.debian import find_or_install, unprivileged
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.process import free_port, stop


class RunningPgBouncer:
    """Starts when entered, ends when left. `settings` are lines of its own configuration."""

    def __init__(self, server: RunningPostgres, mode: str = "transaction", **settings: object) -> None:
        self._server, self.mode = server, mode
        self._program = find_or_install("pgbouncer", _find)
        self._as_user = unprivileged()
        self._folder = Path(tempfile.mkdtemp(prefix="pgb-", dir="/tmp"))
        self.port = free_port()
        named = {
            "listen_addr": "127.0.0.1",
            "listen_port": self.port,
            "unix_socket_dir": "",
            "auth_type": "any",
            "pool_mode": mode,
            "admin_users": "postgres",
            **settings,
        }
        lines = ["[databases]", f"* = host=127.0.0.1 port={server.port} user=postgres", "[pgbouncer]"]
        self._file.write_text("\n".join([*lines, *(f"{name} = {value}" for name, value in named.items()), ""]))
        self._log.touch()
        if self._as_user:
            for path in (self._folder, self._file, self._log):
                os.chown(path, self._as_user["user"], self._as_user["group"])

    def __enter__(self) -> "RunningPgBouncer":
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        stop(self.process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, direct: str = "postgres://x/postgres") -> str:
        """The way through the pooler to the database with this address."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{urlsplit(direct).path.lstrip('/')}"

    def create_database(self) -> str:
        """The URL of a new, empty database."""
        return self.url(self._server.create_database())

    def create_ledger(self) -> str:
        """The URL of a new database with the ledger's tables and nothing in them."""
        return self.url(self._server.create_ledger())

    def start(self) -> None:
        """Returns when it answers."""
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(self._program), str(self._file)],
                cwd=self._folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                **self._as_user,
            )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            time.sleep(0.05)
        raise RuntimeError(f"PgBouncer did not start on port {self.port}:\n{self._log.read_text()[-2000:]}")

    def crash(self) -> None:
        """It is gone, with no goodbye to anybody; `start` starts it again."""
        self.process.kill()
        self.process.wait()

    @contextmanager
    def away(self) -> Iterator[None]:
        """It has crashed, and is started again at the end."""
        self.crash()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and what is sent to it, and never answers."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """A crash, and the start after it."""
        with self.away():
            pass

    @property
    def _file(self) -> Path:
        return self._folder / "pgbouncer.ini"

    @property
    def _log(self) -> Path:
        return self._folder / "log"


def _find() -> Path | None:
    # Debian puts it where only root's PATH looks.
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return Path(program) if program else None

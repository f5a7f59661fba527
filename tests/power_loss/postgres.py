"""Postgres: what is left of its data folder is recovered by the server."""

import json
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.power_loss.answers import QUERY, Row
from tests.power_loss.databases import LostLedgerError
from tests.power_loss.disk import Disk, write_files
from tests.power_loss.trace import STRACE
from tests.support.debian import unprivileged
from tests.support.postgres import find_programs
from tests.support.process import children, free_port

_NAME = "ringback"
_START_SECONDS = 60.0


class Postgres:
    """A server with small segments and frequent checkpoints, so that all of its ways to the disk are cut."""

    def __init__(self, folder: Path, *, careless: bool = False) -> None:
        self._programs, self._as_user = find_programs(), unprivileged()
        self._folder = folder
        self.root, self.base = folder / "data", folder / "base"
        if self._as_user:
            os.chown(folder, self._as_user["user"], self._as_user["group"])
            folder.chmod(0o755)
        self._port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self._port}/{_NAME}"
        self._options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": str(folder),
            "max_wal_size": "4MB",
            "min_wal_size": "2MB",
            "checkpoint_timeout": "30s",
            "shared_buffers": "16MB",
            "synchronous_commit": "off" if careless else "on",
        }
        initdb = ["-D", str(self.root), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--wal-segsize=1", "--no-sync"]
        self._run("initdb", *initdb)
        with self.running(), psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_NAME}".encode())

    def prepare(self) -> None:
        """Keeps the data folder of a server that has ended politely."""
        subprocess.run(["cp", "-a", str(self.root), str(self.base)], check=True)

    @contextmanager
    def recording(self, traces: Path) -> Iterator[None]:
        """The server, with all of its processes under strace."""
        traces.mkdir()
        if self._as_user:
            os.chown(traces, self._as_user["user"], self._as_user["group"])
        with self._started([*STRACE, "-o", str(traces / "postgres")]) as pid:
            yield
            self._end(children(pid))

    @contextmanager
    def running(self) -> Iterator[None]:
        """The server."""
        with self._started([]) as pid:
            yield
            self._end([pid])

    def read_after_loss(self, disk: Disk, choose: random.Random | None, folder: Path) -> list[Row]:
        """Starts the server on what is left, by itself and for one question, which recovers it."""
        files = disk.after_torn_loss(choose) if choose else disk.after_loss()
        data = folder / "data"
        subprocess.run(["cp", "-a", str(self.base), str(data)], check=True)
        there = {str(path.relative_to(data)) for path in data.rglob("*") if path.is_file()}
        for name in there - files.keys():
            (data / name).unlink()
        unchanged = disk.unchanged()
        changed = {name: content for name, content in files.items() if name not in unchanged}
        write_files(changed, data)
        for name in changed:
            self._give(data / name)
        return self._ask(data)

    def _ask(self, data: Path) -> list[Row]:
        # The lock of the server that has died is not there after a loss of power.
        with suppress(FileNotFoundError):
            (data / "postmaster.pid").unlink()
        command = [str(self._programs / "postgres"), "--single", "-D", str(data), "-c", "fsync=off", _NAME]
        question = (
            f"SELECT jsonb_agg(jsonb_build_array(event_id, request_id, state, record_id)) AS said FROM ({QUERY}) q"
        )
        done = subprocess.run(command, input=question.encode() + b"\n", capture_output=True, **self._as_user)
        said = re.search(r'said = "(.*)"\t\(typeid', done.stdout.decode())
        if said:
            return [Row(*one) for one in json.loads(said[1])]
        if done.returncode == 0 and "said" in done.stdout.decode() and "ERROR" not in done.stderr.decode():
            return []
        raise LostLedgerError(done.stderr.decode(errors="replace")[-500:])

    @contextmanager
    def _started(self, under: list[str]) -> Iterator[int]:
        options = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        command = [*under, str(self._programs / "postgres"), "-D", str(self.root), *options]
        with (self._folder / "log").open("ab") as output:
            process = subprocess.Popen(
                command, cwd=self._folder, stdout=output, stderr=subprocess.STDOUT, **self._as_user
            )
        try:
            self._wait(process)
            yield process.pid
            process.wait(60)
        finally:
            if process.poll() is None:
                # Under strace the server is its child, and strace ends with it.
                for pid in [*children(process.pid), process.pid]:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGQUIT)
                process.wait(20)

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self._url("postgres"), connect_timeout=5).close()
                return
            time.sleep(0.05)
        raise RuntimeError(f"Postgres did not start:\n{(self._folder / 'log').read_text()[-2000:]}")

    def _end(self, pids: list[int]) -> None:
        for pid in pids:
            os.kill(pid, signal.SIGINT)

    def _url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self._port}/{database}"

    def _give(self, path: Path) -> None:
        if self._as_user:
            os.chown(path, self._as_user["user"], self._as_user["group"])
        path.chmod(0o600)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C"}
        command = [str(self._programs / program), *arguments]
        done = subprocess.run(command, cwd=self._folder, env=environment, capture_output=True, **self._as_user)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {(done.stderr or done.stdout).decode(errors='replace')}")

"""All processes of a Ringback in production, with a supervisor that starts again whatever has died."""

import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import requests
from sqlalchemy import select, text, update
from sqlalchemy.engine import make_url

from app.ledger.database import LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.tables import entry
from tests.support.chaos_load import NO_QUEUE
from tests.support.patience import PATIENCE
from tests.support.pgbouncer import RunningPgBouncer
from tests.support.postgres import RunningPostgres
from tests.support.process import children, free_port, stop, wait_until_answers
from tests.support.ringback import ROOT, SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.writing import writing

if TYPE_CHECKING:
    import subprocess

POLITE_SECONDS = 30.0
# Longer than a request's deadline, so that only who stands still (or has died) still holds what was held.
FROZEN_SECONDS = 3.0
TAKEN_OVER_SECONDS = 1.0
IN_TRANSACTION = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND clock_timestamp() - state_change > '0.15 s'
"""
CONFIG = ROOT / "tests" / "chaos" / "ringback.yaml"


class ChaosRingback(RunningRingback):
    """A Ringback that is started again and again; its log goes on."""

    def spawn_worker(self) -> "subprocess.Popen[bytes]":
        """Starts an engine of its own."""
        return self.spawn("app", "worker")

    def wait(self) -> None:
        """Returns when it answers, which it may do only after the supervisor has started it again."""
        if not wait_until(lambda: listens(self.port), PATIENCE):
            raise AssertionError(f"no answer within {PATIENCE} s:\n{self.log.read_text()[-2000:]}")


class House:
    """Ringback, its workers, its Salesforce and its database: started when entered, supervised until left."""

    def __init__(
        self,
        folder: Path,
        engine: str,
        postgres: RunningPostgres | RunningPgBouncer | None,
        environment: Mapping[str, str] | None = None,
        kind: type[ChaosRingback] = ChaosRingback,
    ) -> None:
        self.folder, self.engine, self.postgres = folder, engine, postgres
        self.sandbox_port = free_port()
        url = postgres.create_database() if postgres else f"sqlite:///{folder / 'ringback.db'}"
        self.ringback = kind(
            f"http://127.0.0.1:{self.sandbox_port}",
            folder / "log",
            {
                "DATABASE_URL": url,
                "RINGBACK_ENGINE": engine,
                "RINGBACK_CONFIG": str(CONFIG),
                "RINGBACK_DEADLINE": "2",
                f"RINGBACK_SECRET_{NO_QUEUE.upper().replace('-', '_')}": SECRET,
                "WEB_CONCURRENCY": "2",
                **(environment or {}),
            },
        )
        self.kills: Counter[str] = Counter()
        self._workers: list[subprocess.Popen[bytes]] = []
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor")

    def __enter__(self) -> Self:
        try:
            self.start_sandbox()
            self.start_ringback()
            wait_until_answers(f"{self.ringback.url}/callbacks", self.ringback.process, PATIENCE)
            # A database that is away knows of no engine.
            with suppress(LedgerError):
                self.ringback.entries()
                self.wait_for_engine()
        except BaseException:
            self._end()
            raise
        self._supervisor.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end()

    def start_sandbox(self) -> None:
        """Salesforce, with the data that it had."""
        self.sandbox = RunningSandbox(self.folder / "sandbox.db", self.sandbox_port)

    def empty(self) -> None:
        """Nothing in the ledger, and a fresh Salesforce, whatever became of the one that was there."""
        if self.sandbox.process.poll() is not None:
            self.start_sandbox()
        self.ringback.reset()
        self.sandbox.reset()

    def kill_sandbox(self) -> None:
        """Salesforce is away from one moment to the next."""
        for pid in (self.sandbox.process.pid, *children(self.sandbox.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.sandbox.process.wait()
        self.sandbox.stop()
        wait_until(lambda: not listens(self.sandbox_port), 10, 0.01)

    def start_ringback(self) -> None:
        """The web processes, and the workers that the engine needs."""
        self.ringback.start()
        count = 2 if self.engine == "procrastinate" else 0
        self._workers = [self.ringback.spawn_worker() for _ in range(count)]

    def wait_for_engine(self) -> None:
        """Returns when an engine is alive: what must wait before is refused, as it should."""
        assert wait_until(Heartbeats(self.ringback.database).alive, PATIENCE)

    def web_processes(self) -> list[int]:
        """gunicorn's workers."""
        return children(self.ringback.process.pid)

    def kill_web_process(self, choose: random.Random) -> None:
        """One of gunicorn's workers dies; gunicorn starts another."""
        found = self.web_processes()
        if found:
            self._kill("web process", choose.choice(found))

    def kill_master(self) -> None:
        """gunicorn itself dies; its workers notice, and the supervisor starts it again."""
        self._kill("gunicorn", self.ringback.process.pid)
        self.ringback.process.wait()

    def kill_all(self) -> None:
        """The machine loses its power, as far as Ringback is concerned."""
        with self._lock:
            pids = [self.ringback.process.pid, *self.web_processes(), *(one.pid for one in self._workers)]
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for process in (self.ringback.process, *self._workers):
                process.wait()
            self.kills["everything"] += 1
            wait_until(lambda: not listens(self.ringback.port), 10)
            self.start_ringback()

    def restart_politely(self) -> None:
        """Everything is told to end and does; the supervisor starts it again. As on each deployment."""
        with self._lock:
            processes = [self.ringback.process, *self._workers]
            for process in processes:
                process.terminate()
            self.kills["polite restart"] += 1
            wait_until(lambda: all(one.poll() is not None for one in processes), POLITE_SECONDS)
            # What hangs on is as dead as by any other kill.
            for process in processes:
                _end(process)
            self.start_ringback()
        self.wait_for_engine()

    def freeze_web_process(self, choose: random.Random) -> None:
        """One of gunicorn's workers stands still until others have taken over what it was doing; then it wakes up."""
        found = self.web_processes()
        if not found:
            return
        pid = choose.choice(found)
        try:
            os.kill(pid, signal.SIGSTOP)
            # It must not stand still in a transaction, where everybody would have to wait for it.
            if not wait_until(lambda: _stands_still(pid), 10, 0.01) or not self._database_is_free():
                return
            held = self._leases()
            time.sleep(FROZEN_SECONDS)
            self._run_out(held & self._leases())
            time.sleep(TAKEN_OVER_SECONDS)
            self.kills["frozen"] += 1
        except (ProcessLookupError, FileNotFoundError, LedgerError):
            return
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def kill_worker(self, choose: random.Random) -> None:
        """One of the engine's own processes dies; the supervisor starts another."""
        with self._lock:
            if self._workers:
                self._kill("worker", choose.choice(self._workers).pid)

    def crash_postgres(self, seconds: float) -> None:
        """The database is away from one moment to the next, and comes back after a while."""
        if self.postgres is not None:
            self.postgres.crash()
            self.kills["postgres"] += 1
            time.sleep(seconds)
            self.postgres.start()

    def freeze_postgres(self, seconds: float) -> None:
        """The database takes connections, and answers nobody for a while."""
        if self.postgres is not None:
            with self.postgres.frozen():
                self.kills["postgres frozen"] += 1
                time.sleep(seconds)

    def pass_time(self) -> None:
        """Everything dies, and starts when the leases of the dead have run out."""
        self.kill_all()
        self.ringback.wait()
        # Connections from before a crash of Postgres would fail.
        self.ringback.database.engine.dispose()
        with writing(self.ringback.database) as connection:
            connection.execute(update(entry).where(entry.c.lease_until.is_not(None)).values(lease_until=0.0))

    def _leases(self) -> set[str]:
        with self.ringback.database.read() as connection:
            return set(connection.execute(select(entry.c.lease).where(entry.c.lease.is_not(None))).scalars())

    def _run_out(self, leases: set[str]) -> None:
        with writing(self.ringback.database) as connection:
            connection.execute(update(entry).where(entry.c.lease.in_(leases)).values(lease_until=0.0))

    def _database_is_free(self) -> bool:
        if self.postgres is None:
            path = make_url(self.ringback.database.url).database
            with closing(sqlite3.connect(str(path), timeout=0.2, isolation_level=None)) as connection:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    return False
                connection.execute("ROLLBACK")
                return True
        time.sleep(0.2)
        with self.ringback.database.read() as connection:
            return not connection.execute(text(IN_TRANSACTION)).scalar_one()

    def running(self) -> bool:
        """Whether every process is there."""
        return all(one.poll() is None for one in (self.ringback.process, self.sandbox.process, *self._workers))

    def _kill(self, kind: str, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills[kind] += 1

    def _supervise(self) -> None:
        while not self._stopped.wait(0.1):
            with self._lock:
                if self.ringback.process.poll() is not None:
                    self.ringback.start()
                for index, worker in enumerate(self._workers):
                    if worker.poll() is not None:
                        self._workers[index] = self.ringback.spawn_worker()

    def _end(self) -> None:
        self._stopped.set()
        if self._supervisor.is_alive():
            self._supervisor.join()
        for process in [getattr(self.ringback, "process", None), *self._workers]:
            if process is not None:
                _end(process)
        if hasattr(self, "sandbox"):
            self.sandbox.stop()
        self.ringback.database.close()


def _stands_still(pid: int) -> bool:
    # A busy machine stops the last of its threads a while after it was told to.
    threads = Path(f"/proc/{pid}/task").glob("*/stat")
    return all(thread.read_text().rpartition(")")[2].split()[0] == "T" for thread in threads)


def wait_until(reached: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Whether `reached` became true in time. A database that is away counts as not yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(LedgerError):
            if reached():
                return True
        time.sleep(every)
    return False


def listens(port: int) -> bool:
    """Whether something answers there."""
    try:
        requests.get(f"http://127.0.0.1:{port}/callbacks", timeout=2)
    except requests.ConnectionError:
        return False
    except requests.RequestException:
        return True
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    orphans = children(process.pid)
    stop(process)
    for pid in orphans:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

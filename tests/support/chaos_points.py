"""A Ringback that dies at any point it is told to."""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select, update

from app.ledger.tables import entry
from tests.support.chaos_house import ChaosRingback, House, wait_until
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.writing import writing

# "effects" only, or "all"; then the engines are tried on every database, too.
POINTS = os.environ.get("RINGBACK_TEST_POINTS", "effects")
# More points than any attempt has.
MOST = 120
Prepare = Callable[[], Callable[[], bool]]


@dataclass(frozen=True)
class Crash:
    """Where it was, and what the dead process still holds."""

    point: str
    leases: list[str]


class FragileRingback(ChaosRingback):
    """Started by the launcher, which can let it crash."""

    def start(self) -> None:
        self.process = self.spawn("tests.chaos.launcher", "--config", "config/gunicorn.conf.py")


class FragileHouse(House):
    """One web process, which crashes at the point that `arm` names."""

    def __init__(self, folder: Path, postgres: RunningPostgres | None) -> None:
        self.crash_file = folder / "crash"
        environment = {
            "CRASH_FILE": str(self.crash_file),
            "CRASH_POINTS": POINTS,
            "WEB_CONCURRENCY": "1",
            "RINGBACK_DEADLINE": "10",
        }
        super().__init__(folder, "embedded", postgres, environment, FragileRingback)

    def arm(self, runner: str, number: int) -> None:
        """The process dies when `runner` passes its `number`th point from now on."""
        unfinished = self.crash_file.with_suffix(".new")
        unfinished.write_text(f"{runner} {number} {uuid.uuid4().hex}")
        unfinished.rename(self.crash_file)

    def disarm(self) -> str | None:
        """Where it has crashed; None if it has not."""
        try:
            self.crash_file.unlink()
        except FileNotFoundError:
            # A process has taken it, and says where it is before it dies.
            done = self.crash_file.with_suffix(".done")
            assert wait_until(lambda: done.exists() and done.read_text() != "", PATIENCE, 0.005)
            name = done.read_text()
            done.unlink()
            return name
        return None

    def crashed(self) -> bool:
        """Whether the armed point was reached."""
        return self.crash_file.with_suffix(".done").exists()

    def leases(self) -> list[str]:
        """Who works on something, or has died over it."""
        with self.ringback.database.read() as connection:
            return list(connection.execute(select(entry.c.lease).where(entry.c.lease.is_not(None))).scalars())

    def run_out(self, leases: list[str]) -> None:
        """Time passes for these leases."""
        with writing(self.ringback.database) as connection:
            connection.execute(update(entry).where(entry.c.lease.in_(leases)).values(lease_until=0.0))

    def send(self, callback: dict[str, Any]) -> str:
        """The answer's status, or `broken`."""
        try:
            answer = self.ringback.post(callback)
        except requests.RequestException:
            return "broken"
        assert answer.body.get("reason") != "internal_error", self.ringback.log.read_text()[-4000:]
        return str(answer.body["status"])


def points(house: FragileHouse, runner: str, prepare: Prepare) -> Iterator[Crash]:
    """Crashes at one point after the other until there are no more.

    `prepare` gets ready for an attempt and returns what begins it; that says whether it has ended without a crash.
    """
    for number in range(1, MOST):
        begin = prepare()
        house.arm(runner, number)
        if not begin():
            wait_until(house.crashed, PATIENCE, 0.005)
        name = house.disarm()
        if name is None:
            return
        yield Crash(name, house.leases())
    raise AssertionError(f"more than {MOST} points")

"""A Ringback with its engine, whose engine can be taken away."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update

from app.delivery.engine.procrastinate_wake import Wake
from app.ledger.pauses import Pauses
from app.ledger.tables import attempt, entry, heartbeat
from tests.support.chaos_house import ChaosRingback, House, wait_until
from tests.support.patience import PATIENCE
from tests.support.pgbouncer import RunningPgBouncer
from tests.support.postgres import RunningPostgres
from tests.support.process import stop
from tests.support.ringback import SECRET, Answer
from tests.support.writing import writing

CONFIG = Path(__file__).with_name("ringback.yaml")
OLDER = Path(__file__).with_name("older.yaml")
CASES = "SELECT Id, Subject, CreatedDate, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
_EVENT_IDS = count(500_001)


class PlainRingback(ChaosRingback):
    """One that may be started without the project's settings for gunicorn, and so without the engine in it."""

    plain = False

    def start(self) -> None:
        if not self.plain:
            super().start()
            return
        options = ["--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "8", "--log-level", "error"]
        self.process = self.spawn("gunicorn", *options, "app.wsgi:load()")


class EngineHouse(House):
    """The processes of one engine on one database."""

    def __init__(self, folder: Path, engine: str, postgres: RunningPostgres | RunningPgBouncer | None) -> None:
        # A busy machine must not make of a callback that is created one that waits.
        environment = {
            "RINGBACK_CONFIG": str(CONFIG),
            "RINGBACK_SECRET_NO_QUEUE": SECRET,
            "RINGBACK_DEADLINE": "8",
        }
        super().__init__(folder, engine, postgres, environment, PlainRingback)
        self.pauses = Pauses(self.ringback.database)

    def send(self, source: str | None = None, group: int = 235) -> tuple[str, Answer]:
        """A callback of its own: its external id, and what was answered."""
        event_id = next(_EVENT_IDS)
        body = {"AcdEventsID": event_id, "Caller": "4930901820", "Subject": str(event_id), "AcdGroupsID": group}
        answer = self.ringback.post(body, f"/callbacks/{source}" if source else "/callbacks")
        return f"{source or 'default'}-{event_id}", answer

    def entry(self, external_id: str) -> dict[str, Any]:
        """Its row."""
        return next(one for one in self.ringback.entries() if one["external_id"] == external_id)

    def wait_for(self, external_id: str, state: str, seconds: float = PATIENCE) -> None:
        """Returns when its row is in this state."""
        reached = wait_until(lambda: self.entry(external_id)["state"] == state, seconds)
        assert reached, (self.entry(external_id), self.pauses.all())

    def cases(self) -> list[str]:
        """The external ids of all Cases, each as often as it is there."""
        return sorted(case["jtel_AcdEventsID__c"] for case in self.sandbox.query(CASES))

    def configs(self) -> set[str]:
        """The configurations of all attempts."""
        with self.ringback.database.read() as connection:
            return set(connection.execute(select(attempt.c.config)).scalars())

    def age(self, external_id: str, seconds: float) -> None:
        """It came so long ago."""
        old = update(entry).where(entry.c.external_id == external_id).values(received_at=entry.c.received_at - seconds)
        with writing(self.ringback.database) as connection:
            connection.execute(old)

    def run_out(self, external_id: str) -> None:
        """Time passes for who holds it."""
        over = update(entry).where(entry.c.external_id == external_id, entry.c.lease.is_not(None))
        with writing(self.ringback.database) as connection:
            connection.execute(over.values(lease_until=0.0))

    def call_engine(self) -> None:
        """As a web process does when something waits; an engine within it looks by itself."""
        if self.engine == "procrastinate":
            with closing(Wake(self.ringback.database.url)) as wake:
                wake()

    def kill_engine(self) -> None:
        """Every process that delivers dies, and others are started."""
        for pid in self.web_processes() if self.engine == "embedded" else [one.pid for one in self._workers]:
            self._kill("engine", pid)

    @contextmanager
    def older_engine(self) -> Iterator[None]:
        """One more process, which the deployment of a newer configuration has not reached yet."""
        environment = {**self.ringback.environment, "RINGBACK_CONFIG": str(OLDER), "WEB_CONCURRENCY": "1"}
        del environment["PORT"]
        older = PlainRingback(self.sandbox.url, self.folder / "older-log", environment)
        before = self._engines()
        if self.engine == "procrastinate":
            older.process = older.spawn_worker()
        else:
            older.start()
        try:
            assert wait_until(lambda: self._engines() > before, PATIENCE), older.log.read_text()[-2000:]
            yield
        finally:
            stop(older.process)
            older.database.close()

    def _engines(self) -> int:
        with self.ringback.database.read() as connection:
            return connection.execute(select(func.count()).select_from(heartbeat)).scalar_one()

    @contextmanager
    def without_engine(self) -> Iterator[None]:
        """Requests are answered, and nobody delivers: no workers, or a gunicorn that does not start the threads.

        The engines that there were have been dead for a minute.
        """
        ringback = self.ringback
        assert isinstance(ringback, PlainRingback)
        ringback.plain, engine = self.engine == "embedded", self.engine
        self.engine = "embedded"
        self.kill_all()
        self.ringback.wait()
        with writing(self.ringback.database) as connection:
            connection.execute(delete(heartbeat))
        try:
            yield
        finally:
            ringback.plain, self.engine = False, engine
            self.kill_all()
            self.ringback.wait()

"""A delivery on a real ledger, with a CRM whose moods a test decides."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.crm.port import Found
from app.delivery.accept import Delivery
from app.delivery.attempt import Attempts
from app.delivery.batch import Batches
from app.delivery.current import Current, Loaded
from app.delivery.engine import Engine
from app.delivery.intake import Intake, Sent
from app.delivery.settle import Settler
from app.delivery.troubles import Troubles
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.heartbeats import Heartbeats
from app.ledger.ledger import Ledger
from app.ledger.migrate import migrate
from app.ledger.pauses import Pauses
from app.ledger.queue import Queue
from app.mapping.config import load_config

CONFIG = load_config(Path(__file__).parents[1] / "ringback.yaml")


@dataclass
class MoodyCrm:
    """A CRM that keeps records in memory, fails with `reason` while it is set, and waits for `gate`."""

    reason: Reason | None = None
    unknown: bool = False
    spoilt_by: str | None = None
    records: dict[str, Record] = field(default_factory=dict)
    calls: list[int] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        self.calls.append(1)
        self.gate.wait(10)
        self._fail()
        if external_id == self.spoilt_by:
            raise CrmError(Reason.VALUE_INVALID, "This one cannot be written.")
        created = external_id not in self.records
        self.records.setdefault(external_id, record)
        return Written("500000000000001AAA", "1", created)

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        self.calls.append(len(records))
        self._fail()
        if any(external_id == self.spoilt_by for _, external_id in records):
            return [CrmError(Reason.VALUE_INVALID, "One of them spoils it.")] * len(records)
        for record, external_id in records:
            self.records.setdefault(external_id, record)
        return [Written("500000000000001AAA", None, created=True)] * len(records)

    def group(self, record: Record) -> str:
        return "owned" if "OwnerId" in record.fields else "free"

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        return None

    def find_by_id(self, object_name: str, record_id: str, deadline: Deadline) -> Found | None:
        return None

    def comment(self, record_id: str, text: str, mark: str, deadline: Deadline) -> None:
        self.comments.append(mark)

    def _fail(self) -> None:
        if self.reason is not None:
            raise CrmError(self.reason, "It is in a mood.", outcome_unknown=self.unknown)


@dataclass
class Desk:
    """Everything that delivers, with short waiting times."""

    ledger: Ledger
    crm: MoodyCrm
    pauses: Pauses
    heartbeats: Heartbeats
    delivery: Delivery
    engine: Engine

    def last_line(self, entry_id: int) -> tuple[str, str, str | None]:
        """What the ledger keeps of the last thing that was done with the entry: what, by whom, why."""
        row = self.ledger.attempts(entry_id)[-1]
        return row.outcome, row.runner, row.reason


@pytest.fixture
def crm() -> Iterator[MoodyCrm]:
    moody = MoodyCrm()
    yield moody
    moody.gate.set()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def desk(database_url: str, crm: MoodyCrm) -> Iterator[Desk]:
    database = Database(database_url)
    migrate(database)
    ledger, pauses, hearts = Ledger(database, Codec(b"key")), Pauses(database), Heartbeats(database)
    pace = 0.001

    def attempts(runner: str) -> Attempts:
        return Attempts(crm, Settler(ledger, pace), Troubles(pauses, pace), "config", runner)

    engine_attempts = attempts("engine")
    current = Current(Loaded(CONFIG, "config"))
    batches = Batches(current, engine_attempts)
    engine = Engine(
        "test", ledger, Queue(ledger), pauses, hearts, engine_attempts.troubles, batches, give_up_after=3600, pace=pace
    )
    delivery = Delivery(current, ledger, Intake(ledger, 20), attempts("web"), pauses, hearts, 0.5, 8, lambda: None)
    yield Desk(ledger, crm, pauses, hearts, delivery, engine)
    # Attempts that outlived their request still hold connections.
    crm.gate.set()
    delivery._pool.shutdown()
    database.close()


@pytest.fixture
def sent() -> Callable[..., Sent]:
    """Makes a request: `sent(4711)`, `sent(4711, source="strict")`."""

    def make(event_id: int, source: str = "default", group: str = "") -> Sent:
        body = f'{{"AcdEventsID": {event_id}, "Caller": "4930901820", "AcdGroupsForeignSystemID": "{group}"}}'
        return Sent(body.encode(), b"", CONFIG.sources[source], f"request-{event_id}")

    return make

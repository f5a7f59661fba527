"""A delivery on a real ledger, with a CRM whose moods a test decides."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.crm.lengths import Limit
from app.crm.mark import Mark
from app.crm.port import BatchCrm, Found, Promise
from app.crm.salesforce import Client, ClientCredentials, Login, SalesforceCrm, build_http
from app.delivery.attempt import Attempts
from app.delivery.courier.courier import Courier
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.engine.claiming import Claiming
from app.delivery.engine.engine import Engine
from app.delivery.pausing import Troubles
from app.delivery.request.accept import Delivery
from app.delivery.request.intake import Intake, Sent
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.heartbeats import Heartbeats
from app.ledger.ledger import Ledger
from app.ledger.pauses import Pauses
from app.ledger.queue import Queue
from app.mapping.config import load_config
from app.mapping.rules import Config
from app.rules_in_force.in_force import InForce, Loaded
from app.waiting import Deadline
from tests.support.ledgers import create_sqlite
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox

CONFIG = load_config(Path(__file__).parents[1] / "ringback.yaml")


@dataclass
class MoodyCrm:
    """A CRM that keeps records in memory, fails with `reason` while it is set, and waits for `gate`.

    With `retry_after` it asks everybody to wait when it fails. It does not take the fields in `bad`, for these reasons,
    and names those that it has met (or does not, if it is not `telling`), nor texts that are longer than `lengths`; if
    `least` is set it takes no others than these. What it says with `lost` answers left does not arrive. With `as_one` a
    batch is refused as a whole. `closed` are external ids. While it is `doubtful`, what is there may have been made
    just now, by a try whose answer was lost.
    """

    reason: Reason | None = None
    retry_after: float = 0.0
    unknown: bool = False
    spoilt_by: str | None = None
    bad: dict[str, Reason] = field(default_factory=dict)
    telling: bool = True
    lengths: dict[str, Limit] = field(default_factory=dict)
    least: frozenset[str] | None = None
    lost: int = 0
    as_one: bool = False
    doubtful: bool = False
    closed: set[str] = field(default_factory=set)
    uncommented: Reason | None = None
    records: dict[str, Record] = field(default_factory=dict)
    calls: list[int] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    commented: list[tuple[str, str]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    promise = Promise.UNIQUE

    def __post_init__(self) -> None:
        self.gate.set()

    def release(self) -> None:
        """Nothing hangs any more."""
        self.gate.set()

    def size(self, record: Record) -> int:
        return len(json.dumps(dict(record.fields), default=str))

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        self.calls.append(1)
        self.gate.wait(PATIENCE)
        self._fail()
        if external_id == self.spoilt_by:
            raise CrmError(Reason.VALUE_INVALID, "This one cannot be written.")
        refusal = self._refusal(record)
        if refusal is not None:
            raise refusal
        created = external_id not in self.records
        self.records.setdefault(external_id, record)
        if self.lost:
            self.lost -= 1
            raise CrmError(Reason.CRM_TIMEOUT, "The answer was lost.", outcome_unknown=True)
        in_doubt = self.doubtful and not created
        number, of = self._number(external_id), self.records[external_id].object
        return Written(self.id_of(external_id), number, created, in_doubt=in_doubt, object=of)

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        self.calls.append(len(records))
        self._fail()
        if any(external_id == self.spoilt_by for _, external_id in records):
            return [CrmError(Reason.VALUE_INVALID, "One of them spoils it.")] * len(records)
        refusals = [self._refusal(record) for record, _ in records]
        first = next((one for one in refusals if one is not None), None)
        if self.as_one and first is not None:
            return [first] * len(records)
        results: list[Written | CrmError] = []
        for (record, external_id), refusal in zip(records, refusals, strict=True):
            created = external_id not in self.records
            if refusal is None:
                self.records.setdefault(external_id, record)
            results.append(refusal or Written(self.id_of(external_id), None, created, object=record.object))
        if self.lost and any(isinstance(result, Written) for result in results):
            self.lost -= 1
            raise CrmError(Reason.CRM_TIMEOUT, "The answer was lost.", outcome_unknown=True)
        return results

    def look_up(self, records: Sequence[Record], deadline: Deadline) -> Sequence[CrmError | None]:
        return [None] * len(records)

    def group(self, record: Record) -> str:
        return "owned" if "OwnerId" in record.fields else "free"

    def id_of(self, external_id: str) -> str:
        """The id of the record with this external id."""
        return f"500{self._number(external_id):0>12}AAA"

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        if external_id not in self.records:
            return None
        number = self._number(external_id)
        of = self.records[external_id].object
        return Found(self.id_of(external_id), number, external_id in self.closed, object=of)

    def find_by_id(self, object_name: str, record_id: str, deadline: Deadline) -> Found | None:
        named = [external_id for external_id in self.records if self.id_of(external_id) == record_id]
        return self.find(object_name, named[0], deadline) if named else None

    def comment(self, record_id: str, text: str, mark: Mark, deadline: Deadline) -> None:
        if self.uncommented is not None:
            raise CrmError(self.uncommented, "It takes no comments.")
        if not self.has_comment(record_id, mark, deadline):
            self.comments.append(mark.line.rpartition(" ")[0])
            self.commented.append((record_id, f"{text}\n{mark.line}"))
        if self.lost:
            self.lost -= 1
            raise CrmError(Reason.CRM_TIMEOUT, "The answer was lost.", outcome_unknown=True)

    def set_time(self, record_id: str, field: str, at: datetime, deadline: Deadline) -> None:
        raise NotImplementedError

    def has_comment(self, record_id: str, mark: Mark, deadline: Deadline) -> bool:
        if self.uncommented is not None:
            raise CrmError(self.uncommented, "It shows no comments.")
        return any(mark.is_in(comment) for at, comment in self.commented if at == record_id)

    def _number(self, external_id: str) -> str:
        return str(list(self.records).index(external_id) + 1)

    def _refusal(self, record: Record) -> CrmError | None:
        met = [name for name in self.bad if name in record.fields]
        if met:
            # As Salesforce: one kind of trouble at a time.
            reason = self.bad[met[0]]
            named = tuple(name for name in met if self.bad[name] is reason)
            return CrmError(reason, f"It does not take {named[0]}.", fields=named if self.telling else ())
        texts = {name: record.fields[name] for name in self.lengths if isinstance(record.fields.get(name), str)}
        long = {name: self.lengths[name].most for name, text in texts.items() if not self.lengths[name].fits(str(text))}
        if long:
            told = long if self.telling else dict.fromkeys(long, 0)
            return CrmError(Reason.VALUE_TOO_LONG, "It takes less.", fields=tuple(long), too_long=told)
        if self.least is not None and not record.fields.keys() <= self.least:
            return CrmError(Reason.VALIDATION_RULE, "It takes only the least.")
        return None

    def _fail(self) -> None:
        if self.reason is not None:
            error = CrmError(self.reason, "It is in a mood.", outcome_unknown=self.unknown)
            error.retry_after = self.retry_after
            raise error


@dataclass
class Desk:
    """Everything that delivers, with short waiting times."""

    ledger: Ledger
    crm: Any
    pauses: Pauses
    heartbeats: Heartbeats
    delivery: Delivery
    engine: Engine
    known: KnownDrops

    def last_line(self, entry_id: int) -> tuple[str, str, str | None]:
        """What the ledger keeps of the last thing that was done with the entry: what, by whom, why."""
        row = self.ledger.attempts(entry_id)[-1]
        return row.outcome, row.runner, row.reason


@pytest.fixture
def crm() -> Iterator[MoodyCrm]:
    moody = MoodyCrm()
    yield moody
    moody.gate.set()


@contextmanager
def open_desk(
    url: str, crm: BatchCrm, config: Config = CONFIG, seconds: float = 0.5, places: int = 8
) -> Iterator[Desk]:
    """A desk on this database, with `seconds` to answer in and `places` for calls, which both sides share."""
    database = Database(url)
    ledger, pauses, hearts = Ledger(database, Codec(b"key")), Pauses(database), Heartbeats(database)
    pace = 0.001
    known = KnownDrops()
    courier = Courier(crm, known, places, seconds)
    troubles = Troubles(pauses, pace, courier.turn_back)

    def attempts(runner: str) -> Attempts:
        return Attempts(crm, courier, ledger, troubles, "config", runner)

    engine_attempts = attempts("engine")
    current = InForce(Loaded(config, "config"))
    claiming = Claiming(Queue(ledger), current, engine_attempts)
    engine = Engine("test", hearts, claiming, give_up_after=3600)
    intake = Intake(ledger, 20)
    delivery = Delivery(current, intake, attempts("web"), hearts, seconds, lambda: None)
    try:
        yield Desk(ledger, crm, pauses, hearts, delivery, engine, known)
    finally:
        # Attempts that outlived their request still hold connections.
        if isinstance(crm, MoodyCrm):
            crm.release()
        courier.close()
        delivery.close()
        database.close()


def crm_at(sandbox: RunningSandbox) -> SalesforceCrm:
    """The room that talks to the sandbox."""
    login = Login(ClientCredentials("acme.my", "sandbox", "sandbox"), build_http(20, sandbox.url), "66.0")
    return SalesforceCrm(Client(login, "66.0", "jtel_AcdEventsID__c"))


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return create_sqlite(tmp_path / "ledger.db")


@pytest.fixture
def desk(database_url: str, crm: MoodyCrm) -> Iterator[Desk]:
    with open_desk(database_url, crm) as opened:
        yield opened


@pytest.fixture
def sent() -> Callable[..., Sent]:
    """Makes a request: `sent(4711)`, `sent(4711, source="strict")`."""

    def make(event_id: int, source: str = "default", group: str = "") -> Sent:
        body = f'{{"AcdEventsID": {event_id}, "Caller": "4930901820", "AcdGroupsForeignSystemID": "{group}"}}'
        return Sent(body.encode(), b"", CONFIG.sources[source], f"request-{event_id}")

    return make

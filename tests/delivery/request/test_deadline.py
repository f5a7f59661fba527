"""Whatever hangs, the request answers at its deadline, and what comes late is written down."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest

from app.crm.mark import Mark
from app.crm.port import Found
from app.delivery import bounded
from app.delivery.bounded import OverdueError
from app.delivery.courier.places import busy
from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.database import LedgerError
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from app.waiting import Deadline
from tests.delivery.conftest import Desk, MoodyCrm, open_desk
from tests.support.patience import PATIENCE, SOON

Send = Callable[..., Sent]
SECONDS = 0.5
HANGS = PATIENCE


@dataclass
class HangingCrm(MoodyCrm):
    """Hangs in its look-ups while `looking` is closed, and after it has created while `answering` is."""

    looking: threading.Event = field(default_factory=threading.Event)
    answering: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.release()

    def release(self) -> None:
        """Nothing hangs any more."""
        for gate in (self.gate, self.looking, self.answering):
            gate.set()

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        written = super().create(record, external_id, deadline)
        self.answering.wait(HANGS)
        return written

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        self.gate.wait(HANGS)
        return super().create_many(records, deadline)

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        self.looking.wait(HANGS)
        return super().find(object_name, external_id, deadline)

    def comment(self, record_id: str, text: str, mark: Mark, deadline: Deadline) -> None:
        super().comment(record_id, text, mark, deadline)
        self.answering.wait(HANGS)


@pytest.fixture
def crm() -> Iterator[HangingCrm]:
    hanging = HangingCrm()
    yield hanging
    hanging.release()


@pytest.fixture
def narrow(database_url: str, crm: HangingCrm) -> Iterator[Desk]:
    """A desk with a place for one call only."""
    with open_desk(database_url, crm, seconds=SECONDS, places=1) as opened:
        yield opened
        crm.release()


def entries(desk: Desk) -> list[Entry]:
    return desk.ledger.select(rows.c.id > 0)


def wait_for(desk: Desk, *states: State) -> None:
    end = time.monotonic() + PATIENCE
    while [*states] != [one.state for one in entries(desk)]:
        assert time.monotonic() < end
        time.sleep(0.01)


def lose_the_database(desk: Desk, monkeypatch: pytest.MonkeyPatch, times: int = 3) -> None:
    """So many of the next changes meet a database that is away."""
    change, lost = desk.ledger.change, count()

    def away(*arguments: Any, **named: Any) -> Entry | None:
        if next(lost) < times:
            raise LedgerError("away")
        return change(*arguments, **named)

    monkeypatch.setattr(desk.ledger, "change", away)


def saying(text: bytes, sent: Sent) -> Sent:
    """One of the versions of the same event."""
    return replace(sent, body=sent.body.replace(b"}", b', "Body": "%s"}' % text))


@pytest.mark.parametrize("gate", ["gate", "answering"])
def test_create_hangs(desk: Desk, crm: HangingCrm, sent: Send, gate: str) -> None:
    """Before Salesforce has written it or after: `queued`, and what was created late is delivered."""
    getattr(crm, gate).clear()
    began = time.monotonic()
    outcome = desk.delivery.accept(sent(1))
    took = time.monotonic() - began
    crm.release()
    wait_for(desk, State.DELIVERED)

    assert (Status.QUEUED, Reason.CRM_TIMEOUT) == (outcome.status, outcome.reason)
    assert took < SOON
    assert [1] == crm.calls
    assert [True] == [one.promised for one in entries(desk)]


def test_look_up_hangs(desk: Desk, crm: HangingCrm, sent: Send) -> None:
    """A look-up that hangs leaves an entry that waits, of which nothing can have been written."""
    desk.heartbeats.beat("engine")
    desk.delivery.accept(saying(b"first", sent(1)))
    crm.looking.clear()
    began = time.monotonic()
    outcome = desk.delivery.accept(saying(b"other", sent(1)))
    took = time.monotonic() - began

    assert (Status.QUEUED, Reason.CRM_TIMEOUT) == (outcome.status, outcome.reason)
    assert took < SOON
    assert [(State.WAITING, False)] == [(one.state, one.unknown) for one in entries(desk)[1:]]


def test_comment_hangs(desk: Desk, crm: HangingCrm, sent: Send) -> None:
    """A comment whose answer hangs may be there: its entry waits, and knows that."""
    desk.delivery.accept(saying(b"first", sent(1)))
    crm.answering.clear()
    outcome = desk.delivery.accept(saying(b"other", sent(1)))

    assert Status.QUEUED is outcome.status
    assert [(State.WAITING, True)] == [(one.state, one.unknown) for one in entries(desk)[1:]]


@pytest.mark.parametrize("reason", [Reason.VALIDATION_RULE, Reason.RECORD_LOCKED])
def test_refused_late(desk: Desk, crm: HangingCrm, sent: Send, reason: Reason) -> None:
    """What was refused late waits for an attempt that makes the best of it; it was promised, so nobody hears a 500."""
    desk.heartbeats.beat("engine")
    crm.gate.clear()
    desk.delivery.accept(sent(1))
    crm.reason = reason
    crm.gate.set()
    wait_for(desk, State.WAITING)
    crm.reason = None
    while [State.DELIVERED] != [one.state for one in entries(desk)]:
        desk.engine.run_once()

    assert ["default-1"] == list(crm.records)


def test_found_late(desk: Desk, crm: HangingCrm, sent: Send) -> None:
    """A Case that was there is not taken for this callback's own when that is known too late to look at it."""
    desk.heartbeats.beat("engine")
    crm.records["default-1"] = Record("Case", {})
    crm.gate.clear()
    desk.delivery.accept(sent(1))
    crm.gate.set()
    wait_for(desk, State.WAITING)

    assert [True] == [one.unknown for one in entries(desk)]


def test_dropped_and_found_late(desk: Desk, crm: HangingCrm, sent: Send) -> None:
    """The ledger keeps what a record was tried without, though what came of it is known too late."""
    crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    crm.records["default-1"] = Record("Case", {})
    crm.answering.clear()
    desk.delivery.accept(sent(1))
    crm.release()
    wait_for(desk, State.WAITING)

    assert ["Origin"] == [one.field for one in entries(desk)[0].dropped]


def test_dropped_and_overdue(desk: Desk, crm: HangingCrm) -> None:
    """A call that has not come back at the deadline says what it was tried without."""
    crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    crm.answering.clear()
    attempt = desk.delivery.attempts.bounded("everyone-else")
    with pytest.raises(OverdueError) as caught:
        attempt.create(Record("Case", {"Subject": "x", "Origin": "Phone"}), "default-1", Deadline(SECONDS))
    crm.release()

    assert ["Origin"] == [one.field for one in caught.value.dropped]


@pytest.mark.parametrize(("reason", "state"), [(None, State.DELIVERED), (Reason.VALIDATION_RULE, State.WAITING)])
def test_late_without_database(
    desk: Desk, crm: HangingCrm, sent: Send, monkeypatch: pytest.MonkeyPatch, reason: Reason | None, state: State
) -> None:
    """What came late while the database was away is written down when it is back."""
    crm.gate.clear()
    desk.delivery.accept(sent(1))
    while not entries(desk)[0].promised:
        time.sleep(0.01)
    lose_the_database(desk, monkeypatch)
    crm.reason = reason
    crm.release()
    wait_for(desk, state)


@pytest.fixture
def writers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The threads that change entries."""
    change, names = desk.ledger.change, set[str]()

    def noted(*arguments: Any, **named: Any) -> Entry | None:
        names.add(threading.current_thread().name)
        return change(*arguments, **named)

    monkeypatch.setattr(desk.ledger, "change", noted)
    return names


def test_created_at_the_deadline(
    desk: Desk, crm: HangingCrm, sent: Send, writers: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has no time left does not wait for the database to say what is true all the same."""
    create = crm.create

    def at_the_deadline(*arguments: Any) -> Written:
        time.sleep(SECONDS)
        return create(*arguments)

    monkeypatch.setattr(bounded, "GRACE", PATIENCE)
    monkeypatch.setattr(crm, "create", at_the_deadline)
    outcome = desk.delivery.accept(sent(1))
    wait_for(desk, State.DELIVERED)

    assert Status.CREATED is outcome.status
    assert {"later"} == writers


@pytest.mark.parametrize("paused", [True, False])
def test_database_that_does_not_answer(
    desk: Desk, crm: HangingCrm, sent: Send, writers: set[str], monkeypatch: pytest.MonkeyPatch, paused: bool
) -> None:
    """A request that has just waited in vain for the database does not do so again: it is written down later."""

    def away() -> bool:
        raise LedgerError("away")

    if paused:
        desk.pauses.begin(ORG, "crm_unavailable", 3600)
    crm.reason = Reason.CRM_UNAVAILABLE
    monkeypatch.setattr(desk.heartbeats, "alive", away)
    outcome = desk.delivery.accept(sent(1))
    wait_for(desk, State.WAITING)

    assert Status.QUEUED is outcome.status
    assert {"later"} == writers
    assert [True] == [one.promised for one in entries(desk)]


def fill(desk: Desk, crm: HangingCrm, sent: Send, pool: ThreadPoolExecutor) -> None:
    """The only place is taken by a call that hangs, of event 1."""
    crm.gate.clear()
    pool.submit(desk.delivery.accept, sent(1))
    while not crm.calls:
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("source", "engine", "said"),
    [
        ("default", True, (Status.QUEUED, Reason.CRM_BUSY)),
        ("default", False, (Status.REFUSED, Reason.ENGINE_NOT_RUNNING)),
        ("strict", True, (Status.REFUSED, Reason.CRM_BUSY)),
    ],
)
def test_withdrawn(
    narrow: Desk, crm: HangingCrm, sent: Send, source: str, engine: bool, said: tuple[Status, Reason]
) -> None:
    """Whose turn does not come is not sent: it waits and is due, or is refused where it must not or cannot wait."""
    if engine:
        narrow.heartbeats.beat("engine")
    with ThreadPoolExecutor(1) as pool:
        fill(narrow, crm, sent, pool)
        outcome = narrow.delivery.accept(sent(2, source=source))
        (second,) = narrow.ledger.select(rows.c.event_id == "2")
        calls = len(crm.calls)
        crm.release()

    waits = said[0] is Status.QUEUED
    assert said == (outcome.status, outcome.reason)
    assert 1 == calls
    assert (State.WAITING if waits else State.REFUSED, False, waits) == (second.state, second.unknown, second.promised)
    assert not waits or (second.due_at or 0) <= narrow.ledger.now()


@pytest.mark.parametrize(("source", "engine"), [("default", True), ("default", False), ("strict", True)])
def test_no_place_after_an_unknown_call(
    desk: Desk, crm: HangingCrm, sent: Send, monkeypatch: pytest.MonkeyPatch, source: str, engine: bool
) -> None:
    """What may have been made before no place was free is not refused: it waits, and knows that it is unknown."""
    if engine:
        desk.heartbeats.beat("engine")
    first, other = saying(b"first", sent(1, source=source)), saying(b"other", sent(1, source=source))
    crm.reason = Reason.VALIDATION_RULE
    desk.delivery.accept(first)
    crm.reason = None
    desk.delivery.accept(other)

    def no_place(*_: object) -> None:
        raise busy()

    crm.doubtful = True
    monkeypatch.setattr(crm, "find_by_id", no_place)
    outcome = desk.delivery.accept(first)

    assert (Status.QUEUED, Reason.CRM_BUSY) == (outcome.status, outcome.reason)
    assert (State.WAITING, True, True) == next((one.state, one.unknown, one.promised) for one in entries(desk))


@pytest.mark.parametrize("source", ["default", "strict"])
def test_in_flight(narrow: Desk, crm: HangingCrm, sent: Send, source: str) -> None:
    """What was sent may be a Case by now: `queued`, for a source that wants no queue too, and without an engine."""
    crm.gate.clear()
    outcome = narrow.delivery.accept(sent(1, source=source))

    assert (Status.QUEUED, Reason.CRM_TIMEOUT) == (outcome.status, outcome.reason)


def test_repeats_wait_for_the_first(desk: Desk, crm: HangingCrm, sent: Send) -> None:
    """Repeats hear what became of the one call, or `queued` at their own deadline; none of them makes a call."""
    desk.heartbeats.beat("engine")
    crm.gate.clear()
    with ThreadPoolExecutor(6) as pool:
        outcomes = [pool.submit(desk.delivery.accept, sent(1)) for _ in range(6)]
        assert {Status.QUEUED} == {one.result().status for one in outcomes}
        again = [pool.submit(desk.delivery.accept, sent(1)) for _ in range(6)]
        crm.release()
        assert {one.result().status for one in again} <= {Status.EXISTING, Status.QUEUED}
    wait_for(desk, State.DELIVERED)

    assert [1] == crm.calls


def test_a_crowd(database_url: str, crm: HangingCrm, sent: Send) -> None:
    """Fifty at once on four places that hang: no 500, all in time, and in the end each event has its one Case."""
    with open_desk(database_url, crm, seconds=5.0, places=4) as desk, ThreadPoolExecutor(50) as pool:
        desk.heartbeats.beat("engine")
        crm.gate.clear()
        events = [1 + number // 2 for number in range(50)]
        outcomes = list(pool.map(lambda event: desk.delivery.accept(sent(event)), events))
        crm.release()
        while {State.DELIVERED} != {one.state for one in entries(desk)}:
            desk.engine.run_once()

    assert {Status.QUEUED} == {one.status for one in outcomes}
    assert sorted(f"default-{event}" for event in set(events)) == sorted(crm.records)

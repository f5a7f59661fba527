"""A batch that meets a Case of another version: each of its callbacks ends as if it had been sent alone."""

import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.delivery.attempt import Attempts
from app.delivery.courier import places
from app.delivery.courier.member import Lane
from app.delivery.courier.places import BEYOND
from app.delivery.engine import batch, leases
from app.delivery.engine.batch import QUEUE_SECONDS
from app.delivery.engine.prepare import Prepared, goes_alone
from app.delivery.entry.settle import settle
from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Dropped, Record, Written
from app.ledger.database import LedgerError
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from app.waiting import Deadline
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk
from tests.support.chaos_house import wait_until
from tests.support.many import repeat_entries
from tests.support.patience import PATIENCE

ANOTHER = Record("Case", {"Description": "Of another version"})
GOES_ALONE = "app.delivery.engine.batch.goes_alone"
MARK = "[Ringback default-1]"


@pytest.fixture
def meeting(desk: Desk) -> Desk:
    """Two first versions that wait and are due; the event of the first has a Case that the ledger does not know."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    for event_id in (1, 2):
        body = {"AcdEventsID": event_id, "CallbackNumber": "4930901820", "Body": f"of event {event_id}"}
        desk.delivery.accept(Sent(json.dumps(body).encode(), b"", CONFIG.sources["default"], f"request-{event_id}"))
    desk.pauses.end(ORG)
    desk.crm.records["default-1"] = ANOTHER
    return desk


def entries(desk: Desk) -> list[Entry]:
    return desk.ledger.select(rows.c.id > 0)


def record_ids(desk: Desk, *external_ids: str) -> list[str]:
    return [desk.crm.id_of(one) for one in external_ids]


def test_case_is_open(meeting: Desk) -> None:
    """It gets the callback as a comment; nothing is said to be missing there, since no record was made of it."""
    meeting.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    meeting.engine.run_once()

    first, second = entries(meeting)
    assert ["default-1", "default-2"] == list(meeting.crm.records)
    assert [MARK] == meeting.crm.comments
    assert record_ids(meeting, "default-1", "default-2") == [first.record_id, second.record_id]
    assert ((), (Dropped("Origin", "picklist_value_rejected"),)) == (first.dropped, second.dropped)


def test_case_is_closed(meeting: Desk) -> None:
    """The callback makes the next one, below the closed one, and the ledger has what it was made without."""
    meeting.crm.closed.add("default-1")
    meeting.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    meeting.engine.run_once()

    first, second = entries(meeting)
    assert ["default-1", "default-2", "default-1-1"] == list(meeting.crm.records)
    assert meeting.crm.id_of("default-1") == meeting.crm.records["default-1-1"].fields["ParentId"]
    assert "of event 1" in str(meeting.crm.records["default-1-1"].fields["Description"])
    assert record_ids(meeting, "default-1-1", "default-2") == [first.record_id, second.record_id]
    assert [(Dropped("Origin", "picklist_value_rejected"),)] * 2 == [first.dropped, second.dropped]
    assert [] == meeting.crm.comments


@pytest.mark.parametrize("question", ["of_event", "attempts"])
def test_ledger_is_away(meeting: Desk, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    """Whose Case is in doubt waits, its outcome as unknown as before; the other is delivered all the same."""

    def away(*_: Any) -> None:
        raise LedgerError("OperationalError")

    changed = {"AcdEventsID": 1, "CallbackNumber": "4930901820", "Body": "changed"}
    meeting.delivery.accept(Sent(json.dumps(changed).encode(), b"", CONFIG.sources["default"], "request-3"))
    meeting.ledger.change(3, lambda *_: {"state": State.FAILED, "unknown": True})
    meeting.ledger.change(1, lambda *_: {"unknown": True})
    with monkeypatch.context() as broken:
        broken.setattr(meeting.ledger, question, away)
        meeting.engine.run_once()
    first, second, _ = entries(meeting)
    line = meeting.last_line(1)
    while State.DELIVERED is not entries(meeting)[0].state:
        meeting.engine.run_once()

    assert (State.WAITING, "ledger_unavailable", True) == (first.state, first.reason, first.unknown)
    assert ("failed", "engine", "ledger_unavailable") == line
    assert State.DELIVERED is second.state
    assert [MARK] == meeting.crm.comments
    assert ["default-1", "default-2"] == list(meeting.crm.records)


def queued(desk: Desk, count: int) -> None:
    """So many callbacks that wait and are due."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    body = {"AcdEventsID": 1, "CallbackNumber": "4930901820"}
    desk.delivery.accept(Sent(json.dumps(body).encode(), b"", CONFIG.sources["default"], "request"))
    repeat_entries(desk.ledger.database, [1], range(2, count + 1))
    desk.pauses.end(ORG)


@dataclass
class Companions:
    """Makes of `inner` a CRM of which one call as a whole meets `reason` where one of `guilty` is in it.

    With `alone` each of them, or those in `alone_too`, meets it also by itself. With `wrote` the call has written all.
    """

    inner: MoodyCrm
    reason: Reason
    guilty: frozenset[str]
    of_the_call: bool
    alone: bool = False
    alone_too: frozenset[str] | None = None
    wrote: bool = False
    sizes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._create, self._create_many = self.inner.create, self.inner.create_many
        self.inner.create, self.inner.create_many = self.create, self.create_many  # type: ignore[method-assign]

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        self.sizes.append(1)
        if self.alone and external_id in (self.guilty if self.alone_too is None else self.alone_too):
            raise CrmError(self.reason, "Too many SOQL queries: 101")
        return self._create(record, external_id, deadline)

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        self.sizes.append(len(records))
        if not self.guilty & {external_id for _, external_id in records}:
            return self._create_many(records, deadline)
        errors = [CrmError(self.reason, "Too many SOQL queries: 101") for _ in records]
        for error in errors:
            error.shared, error.outcome_unknown = True, self.wrote
        if self.wrote:
            self._create_many(records, deadline)
        return [errors[0]] * len(records) if self.of_the_call else list(errors)


@pytest.mark.parametrize("of_the_call", [True, False])
@pytest.mark.parametrize("reason", [Reason.TRIGGER_FAILED, Reason.CALL_REFUSED, Reason.RECORD_LOCKED])
def test_innocent_companions(desk: Desk, reason: Reason, of_the_call: bool) -> None:
    """What one record brings upon its whole call counts for the others only if they meet it alone."""
    Companions(desk.crm, reason, frozenset({"default-7"}), of_the_call, alone=True)
    queued(desk, 20)
    desk.engine.run_once()

    by_state = {one.event_id: one.state for one in entries(desk)}
    ended = State.WAITING if reason.scope is Scope.TRANSIENT else State.FAILED
    assert {"7": ended} == {event_id: state for event_id, state in by_state.items() if state is not State.DELIVERED}
    assert {reason.word} == {one.reason for one in entries(desk) if one.state is not State.DELIVERED}
    assert {} == desk.pauses.all()


def test_limit_that_no_record_meets_alone(desk: Desk) -> None:
    """Those that are too many for one transaction are delivered in smaller calls, whole."""
    ids = frozenset(f"default-{n}" for n in range(1, 21))
    Companions(desk.crm, Reason.TRIGGER_FAILED, ids, of_the_call=False)
    queued(desk, 20)
    desk.engine.run_once()

    assert {State.DELIVERED} == {one.state for one in entries(desk)}
    assert {()} == {one.dropped for one in entries(desk)}


def delivered(desk: Desk, count: int) -> dict[str | None, Entry]:
    """Queues so many callbacks and runs one round of the engine; the entries by their event."""
    queued(desk, count)
    desk.engine.run_once()
    return {one.event_id: one for one in entries(desk)}


@pytest.mark.parametrize("guilty", [(1, 113), (7, 8), (199, 200)])
def test_two_that_a_proxy_dislikes(desk: Desk, guilty: tuple[int, int]) -> None:
    """Others go through beside them, so all but the two are delivered, and nothing pauses."""
    ids = frozenset(f"default-{n}" for n in guilty)
    Companions(desk.crm, Reason.CALL_REFUSED, ids, of_the_call=True, alone=True)
    found = delivered(desk, 200)

    waiting = {event_id for event_id, one in found.items() if one.state is not State.DELIVERED}
    assert {str(n) for n in guilty} == waiting
    assert {} == desk.pauses.all()


def test_trouble_of_one_record_is_nobody_elses(desk: Desk) -> None:
    """Two whose Case our user may not see keep no other from being tried alone."""
    ids = frozenset(f"default-{n}" for n in range(1, 11))
    crm = Companions(desk.crm, Reason.CASE_NOT_VISIBLE, ids, of_the_call=False, alone=True)
    crm.alone_too = frozenset({"default-1", "default-2"})
    found = delivered(desk, 10)

    assert {"1", "2"} == {event_id for event_id, one in found.items() if one.state is not State.DELIVERED}


@pytest.mark.parametrize("of_the_call", [True, False])
def test_call_that_failed_after_it_wrote(desk: Desk, of_the_call: bool) -> None:
    """What is found alone then is the callback's own Case: nothing is added."""
    ids = frozenset(f"default-{n}" for n in range(1, 9))
    Companions(desk.crm, Reason.CRM_UNAVAILABLE, ids, of_the_call, wrote=True)
    found = delivered(desk, 8)

    assert {State.DELIVERED} == {one.state for one in found.values()}
    assert [] == desk.crm.comments
    assert ids == set(desk.crm.records)


def test_trouble_that_all_meet(desk: Desk) -> None:
    """Where those that go alone fail too, the rest waits unsent, and all pauses."""
    ids = frozenset(f"default-{n}" for n in range(1, 101))
    crm = Companions(desk.crm, Reason.CALL_REFUSED, ids, of_the_call=True, alone=True)
    queued(desk, 100)
    desk.engine.run_once()

    assert {State.WAITING} == {one.state for one in entries(desk)}
    assert len(crm.sizes) < 20
    assert "call_refused" == desk.pauses.all()[ORG].reason


def test_those_whose_turn_never_came(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was turned back unsent, since others met trouble, is due at once, and no attempt is kept of it."""
    # More than the places of the backlog take before the first call has an answer.
    monkeypatch.setattr(places, "MOST_AT_ONCE", 20)
    desk.crm.reason = Reason.API_LIMIT
    desk.crm.retry_after = 3600.0
    queued(desk, 50)
    before = {one.id: len(desk.ledger.attempts(one.id)) for one in entries(desk)}
    with capture_logs() as logs:
        desk.engine.run_once()
    found = entries(desk)
    tried = [one for one in found if one.attempts]

    assert {State.WAITING} == {one.state for one in found}
    assert 0 < sum(desk.crm.calls) < 50
    assert len(tried) <= sum(desk.crm.calls)
    assert len(tried) == len([line for line in logs if line["event"] == "attempt"])
    assert {one.id: before[one.id] + one.attempts for one in found} == {
        one.id: len(desk.ledger.attempts(one.id)) for one in found
    }


@pytest.mark.parametrize("unknown", [False, True])
@pytest.mark.parametrize("echo", [False, True])
def test_turn_that_never_came(desk: Desk, echo: bool, unknown: bool) -> None:
    """It is due now, and what was not known of it before is not known now."""
    queued(desk, 1)
    (claimed,) = desk.engine.claiming.claim(1)
    claimed = desk.ledger.change(claimed.id, lambda *_: {"unknown": unknown, "attempts": 3}) or claimed
    error = CrmError(Reason.CRM_UNAVAILABLE if echo else Reason.CRM_BUSY, "Not now.")
    error.unsent, error.echo = True, echo
    desk.ledger.change(claimed.id, settle(claimed, "everyone-else", error))
    (found,) = entries(desk)

    assert (State.WAITING, 3, unknown, None) == (found.state, found.attempts, found.unknown, found.lease)
    assert (found.due_at or 0.0) <= desk.ledger.now()


def test_ledger_goes_away_while_a_batch_is_prepared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was prepared before is delivered, and the rest is due again: nothing is left leased."""
    queued(desk, 450)
    asked = goes_alone

    def away(attempts: Attempts, prepared: Prepared) -> bool:
        if prepared.entry.event_id == "250":
            raise LedgerError("OperationalError")
        return prepared.entry.event_id == "7" or asked(attempts, prepared)

    with monkeypatch.context() as broken:
        broken.setattr(GOES_ALONE, away)
        with pytest.raises(LedgerError):
            desk.engine.run_once()
    found = {str(one.event_id): one for one in entries(desk)}
    waiting = {event_id for event_id, one in found.items() if one.state is State.WAITING}

    assert {"7", *map(str, range(250, 451))} == waiting
    assert {State.DELIVERED, State.WAITING} == {one.state for one in found.values()}
    assert {(None, 0)} == {(found[one].lease, found[one].attempts) for one in waiting}


def test_full_calls_are_sent_before_all_is_prepared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls begin while later entries are still mapped."""
    queued(desk, 450)
    asked, gone = goes_alone, threading.Event()
    create_many = desk.crm.create_many

    def creates(*words: Any) -> Any:
        gone.set()
        return create_many(*words)

    def waits(attempts: Attempts, prepared: Prepared) -> bool:
        assert prepared.entry.event_id != "450" or gone.wait(PATIENCE)
        return asked(attempts, prepared)

    monkeypatch.setattr(desk.crm, "create_many", creates)
    monkeypatch.setattr(GOES_ALONE, waits)
    desk.engine.run_once()

    assert {State.DELIVERED} == {one.state for one in entries(desk)}


def hanging_calls(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Semaphore, threading.Event]:
    """Calls of many say that they have begun, and hang until the gate opens."""
    calling, gate = threading.Semaphore(0), threading.Event()
    create_many = desk.crm.create_many

    def creates(*words: Any) -> Any:
        calling.release()
        assert gate.wait(PATIENCE)
        return create_many(*words)

    monkeypatch.setattr(desk.crm, "create_many", creates)
    return calling, gate


def test_end_of_a_process_with_a_backlog(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no call has taken is given back at once; what is under way is finished, and nothing is left leased."""
    queued(desk, 450)
    monkeypatch.setattr(batch, "LEAVE_SECONDS", PATIENCE)
    calling, gate = hanging_calls(desk, monkeypatch)
    stop = threading.Event()
    runs = threading.Thread(target=desk.engine.run, args=(stop,))
    runs.start()
    assert all(calling.acquire(timeout=PATIENCE) for _ in range(2))
    stop.set()
    desk.engine.end_delivery()
    given_back = wait_until(lambda: sum(one.lease is None for one in entries(desk)) == 50, PATIENCE)
    gate.set()
    runs.join(PATIENCE)
    found = entries(desk)

    assert given_back
    assert {(State.DELIVERED, 1): 400, (State.WAITING, 0): 50} == Counter((one.state, one.attempts) for one in found)
    assert {None} == {one.lease for one in found}
    assert not runs.is_alive()


def test_end_of_a_process_whose_calls_hang(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not waited for: their outcome is unknown, and who takes them over makes no second Case. No pause."""
    monkeypatch.setattr(batch, "LEAVE_SECONDS", 0.1)
    queued(desk, 250)
    calling, gate = hanging_calls(desk, monkeypatch)
    runs = threading.Thread(target=desk.engine.run_once)
    runs.start()
    assert all(calling.acquire(timeout=PATIENCE) for _ in range(2))
    desk.engine.end_delivery()
    runs.join(PATIENCE)
    left = Counter((one.state, one.reason, one.unknown, one.lease, one.attempts) for one in entries(desk))
    gate.set()
    assert wait_until(lambda: 250 == len(desk.crm.records), PATIENCE)
    with open_desk(str(desk.ledger.database.url), desk.crm) as another:
        while {State.DELIVERED} != {one.state for one in entries(another)}:
            another.engine.run_once()

    assert {(State.WAITING, "crm_timeout", True, None, 1): 250} == left
    assert {} == desk.pauses.all()
    assert 250 == len(desk.crm.records)
    assert [] == desk.crm.comments


def test_lease_that_cannot_be_renewed(desk: Desk) -> None:
    """No call begins that might not end before the lease does."""
    queued(desk, 2)
    began = time.monotonic()
    claimed = desk.engine.claiming.claim(2)
    queue, lease, left = desk.engine.claiming.queue, str(claimed[0].lease), {}
    for ago in (0.0, 50.0, 80.0, 115.0):
        left[ago] = leases.Leases(queue, lease, began - ago).within(QUEUE_SECONDS).end - began
    late = leases.Leases(queue, lease, began - 115.0)
    batch.Batch(CONFIG, desk.engine.attempts, late).deliver(claimed)

    assert all(end + BEYOND <= leases.LEASE_SECONDS - ago + 0.01 for ago, end in left.items())
    assert [] == desk.crm.calls
    assert {(State.WAITING, 0)} == {(one.state, one.attempts) for one in entries(desk)}


def test_delivery_that_hangs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that does not get on is not seen alive any more, and its leases run out; until it gets on."""
    queued(desk, 1)
    hangs, gate = threading.Event(), threading.Event()
    asked = goes_alone
    desk.heartbeats.stop("engine")

    def waits(attempts: Attempts, prepared: Prepared) -> bool:
        hangs.set()
        assert gate.wait(PATIENCE)
        return asked(attempts, prepared)

    monkeypatch.setattr(GOES_ALONE, waits)
    runs = threading.Thread(target=desk.engine.run_once)
    runs.start()
    assert hangs.wait(PATIENCE)
    with monkeypatch.context() as late:
        late.setattr(leases, "STANDSTILL_SECONDS", -1.0)
        alive = beats(desk)
        lease = entries(desk)[0].lease_until
        desk.engine.claiming.under_way[0].renew()
        same = entries(desk)[0].lease_until
    again = beats(desk)
    desk.engine.claiming.under_way[0].renew()
    renewed = entries(desk)[0].lease_until
    gate.set()
    runs.join(PATIENCE)

    assert (False, True) == (alive, again)
    assert lease == same != renewed


def beats(desk: Desk) -> bool:
    """Whether the engine is seen alive when it is time to say so."""
    desk.heartbeats.stop(desk.engine.name)
    desk.engine._beaten = 0.0
    desk.engine.beat()
    return desk.heartbeats.alive()


def test_slow_org(desk: Desk) -> None:
    """No more is claimed than can be sent before those that wait have to be given back."""
    queued(desk, 12)
    pace = desk.engine.attempts.courier._places[Lane.BACKLOG].pace
    pace.measured("free", 30.0, 1)
    taken = desk.engine.run_once()

    assert 2 * int(QUEUE_SECONDS / 30.0) == taken

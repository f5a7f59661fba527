"""What a request is told, whatever the CRM, the engine and the database do."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from app.delivery.entry import changes
from app.delivery.request.intake import Sent
from app.domain.entry import Decide, Entry, State
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.database import Database, LedgerError
from app.ledger.pauses import ORG, Pauses
from app.ledger.tables import entry as rows
from app.waiting import GRACE, Deadline, TimeSpent
from tests.delivery.conftest import Desk
from tests.support.patience import PATIENCE, SOON

Send = Callable[..., Sent]


def states(desk: Desk) -> list[str]:
    return [entry.state.value for entry in desk.ledger.select(rows.c.id > 0)]


def away(*_: object, **__: object) -> None:
    raise LedgerError("OperationalError")


def test_deadline_holds(desk: Desk, sent: Send) -> None:
    """A CRM that does not come back costs the answer no more than the deadline; the attempt goes on and is kept."""
    desk.crm.gate.clear()
    started = time.monotonic()
    outcome = desk.delivery.accept(sent(1))
    took = time.monotonic() - started
    desk.crm.gate.set()
    while states(desk) != ["delivered"]:
        time.sleep(0.01)

    assert (Status.QUEUED, Reason.CRM_TIMEOUT) == (outcome.status, outcome.reason)
    assert took < SOON


@pytest.mark.parametrize(("reason", "asked"), [(None, 0), (Reason.VALUE_INVALID, 0), (Reason.CRM_UNREACHABLE, 1)])
def test_repeat_of_what_was_refused(
    desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch, reason: Reason | None, asked: int
) -> None:
    """It asks for an engine only if it has to wait for one, and then once."""
    desk.crm.reason = Reason.VALUE_INVALID
    desk.delivery.accept(sent(1))
    desk.crm.reason = reason
    looks: list[bool] = []

    def alive() -> bool:
        looks.append(False)
        return False

    monkeypatch.setattr(desk.heartbeats, "alive", alive)
    monkeypatch.setattr(desk.heartbeats, "alive_by", lambda _: alive())
    again = desk.delivery.accept(sent(1))

    assert asked == len(looks)
    assert again.reason in (reason, Reason.ENGINE_NOT_RUNNING)


def test_invalid_never_reaches_the_crm(desk: Desk, sent: Send) -> None:
    """What is no callback is kept, told so, and not attempted."""
    broken = Sent(b"{}", b"", sent(1).source, "r")
    outcome = desk.delivery.accept(broken)

    assert (Status.INVALID, Reason.EVENT_ID_MISSING) == (outcome.status, outcome.reason)
    assert (["invalid"], []) == (states(desk), desk.crm.calls)


@pytest.mark.parametrize("paused", [False, True])
def test_request_waits_for_an_engine_that_restarts(
    desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch, paused: bool
) -> None:
    """A callback that has to wait is queued if an engine is back by the deadline."""
    alive = desk.heartbeats.alive

    def comes_afterwards() -> bool:
        before = alive()
        desk.heartbeats.beat("engine")
        return before

    monkeypatch.setattr(desk.heartbeats, "alive", comes_afterwards)
    monkeypatch.setattr(desk.delivery, "seconds", PATIENCE)
    desk.crm.reason = Reason.RECORD_LOCKED
    if paused:
        desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 60)
    outcome = desk.delivery.accept(sent(1))

    assert Status.QUEUED is outcome.status
    assert ["waiting"] == states(desk)


def test_others_hear_of_trouble_before_the_wait(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pauses delivery does so before the request waits for an engine, and once."""
    paused: list[str] = []

    def engine_comes(_: Deadline) -> bool:
        paused.extend(desk.pauses.all())
        desk.pauses.end(ORG)
        return True

    monkeypatch.setattr(desk.heartbeats, "alive_by", engine_comes)
    desk.crm.reason = Reason.CRM_MAINTENANCE
    outcome = desk.delivery.accept(sent(1))

    assert Status.QUEUED is outcome.status
    assert ([ORG], {}) == (paused, desk.pauses.all())


def test_queued_needs_an_engine(desk: Desk, sent: Send) -> None:
    """Without an engine nobody would deliver: a 500, and the entry has ended. With one it is queued."""
    desk.crm.reason = Reason.RECORD_LOCKED
    alone = desk.delivery.accept(sent(1))
    desk.heartbeats.beat("engine")
    attended = desk.delivery.accept(sent(2))

    assert (Status.REFUSED, Reason.ENGINE_NOT_RUNNING) == (alone.status, alone.reason)
    assert "Salesforce is away" not in (alone.message or "")
    assert (Status.QUEUED, Reason.RECORD_LOCKED) == (attended.status, attended.reason)
    assert ["refused", "waiting"] == states(desk)
    assert ("failed", "web", "record_locked") == desk.last_line(1)
    assert ["engine_not_running", "record_locked"] == [entry.reason for entry in desk.ledger.select(rows.c.id > 0)]


def test_refused_at_the_very_deadline(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal that is being settled at the deadline is told as one, not as queued."""
    desk.crm.reason = Reason.VALIDATION_RULE
    change = desk.ledger.change

    def slow(*arguments: Any, **named: Any) -> Entry | None:
        time.sleep(0.5 + 2 * GRACE)
        return change(*arguments, **named)

    monkeypatch.setattr(desk.ledger, "change", slow)
    outcome = desk.delivery.accept(sent(1))

    assert (Status.REFUSED, Reason.VALIDATION_RULE) == (outcome.status, outcome.reason)
    assert ["refused"] == states(desk)


@pytest.mark.parametrize("source", ["default", "strict"])
@pytest.mark.parametrize("reason", [Reason.VALIDATION_RULE, Reason.RECORD_LOCKED])
def test_queued_is_never_refused(
    desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch, source: str, reason: Reason
) -> None:
    """Once `queued` has been said, with the database away, a call that ends badly leaves an entry that waits."""
    desk.crm.reason = reason
    change = desk.ledger.change

    def away(*_: object, **__: object) -> None:
        raise LedgerError("OperationalError")

    desk.crm.gate.clear()
    monkeypatch.setattr(desk.ledger, "change", away)
    outcome = desk.delivery.accept(sent(1, source=source))
    monkeypatch.setattr(desk.ledger, "change", change)
    desk.crm.gate.set()
    while states(desk) == ["received"]:
        time.sleep(0.01)

    assert (Status.QUEUED, Reason.CRM_TIMEOUT) == (outcome.status, outcome.reason)
    assert ["waiting"] == states(desk)


def test_unknown_outcome_is_queued_without_an_engine(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the Case may exist a 500 would be a lie: the entry stays ours, and no engine is waited for."""
    asked: list[Deadline] = []
    monkeypatch.setattr(desk.heartbeats, "alive_by", asked.append)
    desk.crm.reason, desk.crm.unknown = Reason.CRM_CONNECTION_LOST, True
    outcome = desk.delivery.accept(sent(1))

    assert (Status.QUEUED, []) == (outcome.status, asked)
    assert ["waiting"] == states(desk)


def test_repeat_without_an_engine_attempts(desk: Desk, sent: Send) -> None:
    """What waits for an engine that has died is attempted by whoever asks for it again."""
    desk.crm.reason, desk.crm.unknown = Reason.CRM_CONNECTION_LOST, True
    desk.delivery.accept(sent(1))
    desk.crm.reason = None
    outcome = desk.delivery.accept(sent(1))

    assert Status.CREATED is outcome.status


def test_paused_org_is_not_asked(desk: Desk, sent: Send) -> None:
    """While the org is paused callbacks are stored and queued with the pause's reason, without a call."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.LOGIN_REFUSED.word, 60)
    outcome = desk.delivery.accept(sent(1))
    strict = desk.delivery.accept(sent(2, source="strict"))

    assert (Status.QUEUED, Reason.LOGIN_REFUSED) == (outcome.status, outcome.reason)
    assert (Status.REFUSED, Reason.LOGIN_REFUSED) == (strict.status, strict.reason)
    assert (["waiting", "refused"], []) == (states(desk), desk.crm.calls)


def test_pause_of_another_process_holds_at_once(desk: Desk, sent: Send) -> None:
    """The very next callback knows what another process has paused, and that it goes on."""
    desk.heartbeats.beat("engine")
    with closing(Database(desk.ledger.database.url)) as database:
        other = Pauses(database)
        answers = [desk.delivery.accept(sent(1))]
        other.begin(ORG, Reason.CRM_UNAVAILABLE.word, 60)
        answers.append(desk.delivery.accept(sent(2)))
        other.end(ORG)
        answers.append(desk.delivery.accept(sent(3)))

    assert [Status.CREATED, Status.QUEUED, Status.CREATED] == [answer.status for answer in answers]
    assert 2 == len(desk.crm.calls)


def test_pause_promises_nothing_that_the_mapping_refuses(desk: Desk, sent: Send) -> None:
    """What the rules refuse is refused during a pause as well, since nobody could deliver it afterwards."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 60)
    outcome = desk.delivery.accept(sent(1, group="NEEDS_SUBJECT"))

    assert (Status.REFUSED, Reason.REQUIRED_VALUE_EMPTY) == (outcome.status, outcome.reason)
    assert (["refused"], []) == (states(desk), desk.crm.calls)


def test_repeat_promises_nothing_that_the_mapping_refuses(desk: Desk, sent: Send) -> None:
    """While the request that stored it seems to be under way, a repeat is told what the rules will say in any case."""
    desk.delivery.intake.store(desk.delivery.read(sent(1, group="NEEDS_SUBJECT")))
    outcome = desk.delivery.accept(sent(1, group="NEEDS_SUBJECT"))

    assert (Status.REFUSED, Reason.REQUIRED_VALUE_EMPTY) == (outcome.status, outcome.reason)


def test_refusal_that_cannot_be_settled(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal stays one when the database dies before it can be written down."""

    def away(*_: object, **__: object) -> None:
        raise LedgerError("OperationalError")

    desk.crm.reason = Reason.VALIDATION_RULE
    monkeypatch.setattr(desk.ledger, "change", away)
    outcome = desk.delivery.accept(sent(1))

    assert (Status.REFUSED, Reason.VALIDATION_RULE) == (outcome.status, outcome.reason)


def test_discarded_stays_so(desk: Desk, sent: Send) -> None:
    """What a person has discarded is answered 200 `discarded` and not attempted."""
    desk.crm.reason = Reason.VALUE_INVALID
    desk.delivery.accept(sent(1))
    desk.ledger.change(1, lambda _current, _now: {"state": State.DISCARDED})
    calls = len(desk.crm.calls)

    assert Status.DISCARDED is desk.delivery.accept(sent(1)).status
    assert calls == len(desk.crm.calls)


@pytest.mark.parametrize("reason", [None, Reason.CRM_UNAVAILABLE])
def test_database_away(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch, reason: Reason | None) -> None:
    """Without the ledger Salesforce is asked all the same: 200 only if the Case exists, else a 500 that says why."""
    desk.crm.reason = reason
    monkeypatch.setattr(desk.ledger, "receive", away)
    outcome = desk.delivery.accept(sent(1))

    assert outcome.status is (Status.CREATED if reason is None else Status.REFUSED)
    assert outcome.reason is (None if reason is None else Reason.LEDGER_UNAVAILABLE)


def test_database_away_and_an_answer_lost(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a Case that surely was made by this request is answered 200."""
    monkeypatch.setattr(desk.ledger, "receive", away)
    desk.delivery.accept(sent(1))
    desk.crm.doubtful = True

    assert Status.REFUSED is desk.delivery.accept(sent(1)).status


def test_case_made_without_the_ledger_is_entered(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database is back, what was done without it is in the ledger, and a repeat is answered from there."""
    receive = desk.ledger.receive
    away = threading.Event()
    away.set()

    def sometimes(*arguments: Any, **named: Any) -> tuple[Entry, bool] | None:
        if away.is_set():
            raise LedgerError("OperationalError")
        return receive(*arguments, **named)

    monkeypatch.setattr(desk.ledger, "receive", sometimes)
    desk.delivery.accept(sent(1))
    away.clear()
    while states(desk) != ["delivered"]:
        time.sleep(0.01)

    assert Status.EXISTING is desk.delivery.accept(sent(1)).status
    assert [1] == desk.crm.calls


def test_case_that_the_ledger_does_not_know(desk: Desk, sent: Send) -> None:
    """A Case that nobody of ours has entered gets what comes now as a comment, since its content may be another."""
    desk.crm.records["default-1"] = Record("Case", {})
    outcome = desk.delivery.accept(sent(1))

    assert Status.EXISTING is outcome.status
    assert ["[Ringback default-1]"] == desk.crm.comments


def test_what_was_promised_is_not_given_back(desk: Desk, sent: Send) -> None:
    """A callback that was answered 200 `queued` stays ours, also when a repeat finds no engine alive."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = Reason.RECORD_LOCKED
    first = desk.delivery.accept(sent(1))
    desk.heartbeats.stop("engine")
    again = desk.delivery.accept(sent(1))

    assert (Status.QUEUED, Status.QUEUED) == (first.status, again.status)
    assert ["waiting"] == states(desk)


def test_what_a_repeat_was_promised_is_not_given_back(desk: Desk, sent: Send) -> None:
    """Of two requests for one callback the second was answered `queued`; the first cannot refuse it any more."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = Reason.RECORD_LOCKED
    desk.crm.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(desk.delivery.accept, sent(1))
        while not desk.crm.calls:
            time.sleep(0.01)
        desk.ledger.change(1, changes.promise)
        desk.heartbeats.stop("engine")
        desk.crm.gate.set()

    assert Status.QUEUED is first.result().status
    assert ["waiting"] == states(desk)


def test_a_repeat_of_what_is_being_settled(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an engine a repeat that promises in the instant of settling hears what the first request hears."""
    desk.crm.reason = Reason.RECORD_LOCKED
    desk.crm.gate.clear()
    settled, promised, change = threading.Event(), threading.Event(), desk.ledger.change

    def patched(entry_id: int, decide: Decide, *lines: Any, **named: Any) -> Entry | None:
        (waits_for, is_done) = (settled, promised) if decide is changes.promise else (None, settled)
        if waits_for is not None:
            desk.crm.gate.set()
            waits_for.wait(10)
        entry = change(entry_id, decide, *lines, **named)
        is_done.set()
        if decide is not changes.promise:
            promised.wait(10)
        return entry

    monkeypatch.setattr(desk.ledger, "change", patched)
    monkeypatch.setattr(desk.heartbeats, "alive_by", lambda _: False)
    monkeypatch.setattr(desk.delivery, "seconds", 20.0)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(desk.delivery.accept, sent(1))
        while not desk.crm.calls:
            time.sleep(0.01)
        monkeypatch.setattr(desk.delivery, "seconds", 0.1)
        again = desk.delivery.accept(sent(1))

    assert [Status.REFUSED, Status.REFUSED] == [first.result().status, again.status]
    assert ["refused"] == states(desk)


@pytest.mark.parametrize("source", ["default", "strict"])
def test_what_a_pause_ends_may_have_been_promised(
    desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """A pause ends nothing that a repeat has been promised before the request that stored it has got that far."""
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    read = desk.pauses.all

    def repeat_first() -> Any:
        desk.ledger.change(1, changes.promise)
        return read()

    monkeypatch.setattr(desk.pauses, "all", repeat_first)
    outcome = desk.delivery.accept(sent(1, source=source))

    assert (Status.QUEUED, Reason.CRM_UNAVAILABLE) == (outcome.status, outcome.reason)
    assert ["waiting"] == states(desk)


@pytest.mark.parametrize("reason", [Reason.VALIDATION_RULE, Reason.CRM_UNAVAILABLE])
def test_repeats_at_once(desk: Desk, sent: Send, reason: Reason) -> None:
    """Repeats that come together hear what became of the one attempt, and none of them is promised anything."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = reason
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(desk.delivery.accept, [sent(1, source="strict")] * 12))

    assert {Status.REFUSED} == {one.status for one in outcomes}
    assert ["refused"] == states(desk)


def test_reason_of_a_callback_that_comes_again(desk: Desk, sent: Send) -> None:
    """Why it was refused the last time is not why it is queued now."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = Reason.VALIDATION_RULE
    desk.delivery.accept(sent(1))
    desk.crm.reason = None
    desk.crm.gate.clear()
    again = desk.delivery.accept(sent(1))

    assert (Status.QUEUED, Reason.CRM_TIMEOUT) == (again.status, again.reason)


def test_contents_of_an_event_whose_first_was_refused(desk: Desk, sent: Send) -> None:
    """When the first version was refused a later one makes the event's Case, and a repeat of the first finds it."""
    desk.crm.reason = Reason.VALIDATION_RULE
    desk.delivery.accept(sent(1))
    desk.crm.reason = None
    other = replace(sent(1), body=sent(1).body.replace(b"}", b', "Body": "other"}'))
    desk.delivery.accept(other)
    desk.delivery.accept(sent(1))

    assert ["default-1"] == list(desk.crm.records)


def test_left_by_the_dead_without_an_engine(desk: Desk, sent: Send) -> None:
    """What a dead process has left behind is attempted by a repeat at once, where no engine would take it over."""
    desk.delivery.intake.store(desk.delivery.read(sent(1)))
    desk.ledger.change(1, lambda _current, now: {"lease_until": now - 1})
    outcome = desk.delivery.accept(sent(1))

    assert Status.CREATED is outcome.status
    assert [True] == [entry.promised for entry in desk.ledger.select(rows.c.id > 0)]


def test_pauses_cannot_be_read(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that dies after the callback was stored keeps nobody from asking Salesforce."""

    def away() -> None:
        raise LedgerError("OperationalError")

    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 60)
    monkeypatch.setattr(desk.pauses, "all", away)

    assert Status.CREATED is desk.delivery.accept(sent(1)).status


def test_number_that_was_unknown(desk: Desk, sent: Send) -> None:
    """The number of a Case that was made without telling it is filled in when somebody learns it."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    for event_id in (1, 2):
        desk.delivery.accept(sent(event_id))
    desk.pauses.end(ORG)
    desk.engine.run_once()
    (before, _) = desk.ledger.select(rows.c.id > 0)
    written = Written("500000000000001AAA", "00001027", created=False)
    desk.delivery.attempts.settle(before, "everyone-else", written, TimeSpent())
    (after, other) = desk.ledger.select(rows.c.id > 0)

    assert (None, "00001027", None) == (before.record_number, after.record_number, other.record_number)
    assert before.delivered_at == after.delivered_at

"""The engine: what is due is delivered, in few calls, and what is paused is probed."""

from collections.abc import Callable, Sequence

import pytest
from structlog.testing import capture_logs

from app.crm.port import MOST_AT_ONCE
from app.delivery.pausing import THRESHOLD
from app.delivery.request.intake import Sent
from app.domain.entry import State
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.pauses import ORG, rule_scope
from app.ledger.tables import entry as rows
from app.waiting import Deadline
from tests.delivery.conftest import Desk, MoodyCrm
from tests.support.many import repeat_entries

Send = Callable[..., Sent]


def queue_up(desk: Desk, sent: Send, count: int, group: str = "", first: int = 1) -> None:
    """Entries that wait and are due, while the CRM was away for a moment."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    desk.delivery.accept(sent(first, group=group))
    repeat_entries(desk.ledger.database, [first], range(first + 1, first + count))
    desk.pauses.end(ORG)
    desk.crm.calls.clear()


def counts(desk: Desk) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in desk.ledger.select(rows.c.id > 0):
        found[entry.state.value] = found.get(entry.state.value, 0) + 1
    return found


def test_backlog_goes_in_batches(desk: Desk, sent: Send) -> None:
    """Two hundred and fifty callbacks take two calls."""
    queue_up(desk, sent, 250)
    while desk.engine.run_once():
        pass

    assert {MOST_AT_ONCE, 50} == set(desk.crm.calls)
    assert {"delivered": 250} == counts(desk)


def test_nothing_is_due(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that finds nothing due keeps nobody else from writing."""
    queue_up(desk, sent, 1)
    (waiting,) = desk.ledger.select(rows.c.id > 0)
    desk.ledger.change(waiting.id, lambda _, now: {"due_at": now + 3600})
    desk.engine.run_once()
    written: list[object] = []
    monkeypatch.setattr(desk.ledger.database, "write", lambda work, **_: written.append(work))
    monkeypatch.setattr(desk.ledger.database, "do", written.append)

    assert (0, []) == (desk.engine.run_once(), written)


def test_groups_fill_their_calls(desk: Desk, sent: Send) -> None:
    """Callbacks of two rules that take turns, one with an owner and one without, still go 200 to a call."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    for number in range(1, 801):
        desk.delivery.accept(sent(number, group="SERVICE_B2B" if number % 2 else ""))
    desk.pauses.end(ORG)
    while desk.engine.run_once():
        pass

    assert [MOST_AT_ONCE] * 4 == desk.crm.calls
    assert {"delivered": 800} == counts(desk)


def test_one_that_spoils_a_call_is_found(desk: Desk, sent: Send) -> None:
    """A call that is refused as a whole is halved until only the culprit fails."""
    queue_up(desk, sent, 20)
    desk.crm.spoilt_by = "default-13"
    while desk.engine.run_once():
        pass

    (failed,) = desk.ledger.select(rows.c.state == "failed")

    assert {"delivered": 19, "failed": 1} == counts(desk)
    assert ("13", "value_invalid") == (failed.event_id, failed.reason)


def test_unknown_outcome_of_a_batch(desk: Desk, sent: Send) -> None:
    """After a call that broke each entry waits, its outcome unknown; asked again, none is made twice."""
    queue_up(desk, sent, 5)
    desk.crm.reason, desk.crm.unknown = Reason.CRM_CONNECTION_LOST, True
    desk.engine.run_once()
    waiting = desk.ledger.select(rows.c.state == "waiting")
    desk.crm.reason = None
    while counts(desk) != {"delivered": 5}:
        desk.engine.run_once()

    assert [True] * 5 == [entry.unknown for entry in waiting]
    assert 5 == len(desk.crm.records)


def test_canary_ends_a_pause(desk: Desk, sent: Send) -> None:
    """While the org is paused one callback probes; its success lets all others follow."""
    queue_up(desk, sent, 10)
    desk.pauses.begin(ORG, Reason.LOGIN_REFUSED.word, -1)
    desk.crm.reason = Reason.LOGIN_REFUSED
    desk.engine.run_once()
    probed = list(desk.crm.calls)
    still = ORG in desk.pauses.all()
    desk.crm.reason = None
    while counts(desk) != {"delivered": 10}:
        desk.engine.run_once()

    assert ([1], True) == (probed, still)
    assert {} == desk.pauses.all()


def test_paused_rule_does_not_stop_others(desk: Desk, sent: Send) -> None:
    """A rule in trouble waits alone."""
    queue_up(desk, sent, 3, group="SERVICE_B2B")
    queue_up(desk, sent, 1, first=100)
    desk.pauses.begin(rule_scope("b2b"), Reason.FIELD_UNKNOWN.word, 3600)
    desk.engine.run_once()

    assert {"waiting": 3, "delivered": 1} == counts(desk)


def test_dead_request_is_taken_over(desk: Desk, sent: Send) -> None:
    """What a process left behind when it died is delivered when its lease is over."""
    desk.delivery.intake.store(desk.delivery.read(sent(1)))
    before = desk.engine.run_once()
    desk.ledger.change(1, lambda _current, now: {"lease_until": now - 1})
    desk.engine.run_once()

    assert 0 == before
    assert {"delivered": 1} == counts(desk)


def test_gives_up_after_a_time(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has waited too long needs a person; while delivery is paused the clock stands still."""
    queue_up(desk, sent, 1)
    desk.crm.reason = Reason.RECORD_LOCKED
    monkeypatch.setattr(desk.engine, "give_up_after", -1.0)
    desk.pauses.begin(rule_scope("other"), Reason.FIELD_UNKNOWN.word, 3600)
    desk.engine.run_once()
    paused = counts(desk)
    desk.pauses.end(rule_scope("other"))
    desk.engine._swept = -1000.0
    desk.engine.run_once()

    assert ("gave up", "engine", "record_locked") == desk.last_line(1)
    assert {"waiting": 1} == paused
    assert [State.FAILED] == [entry.state for entry in desk.ledger.select(rows.c.id > 0)]


def test_refusal_of_what_was_promised_is_a_failure(desk: Desk, sent: Send) -> None:
    """A callback that was answered 200 and then refused is `failed`: that is a lost caller unless a person acts."""
    queue_up(desk, sent, 1)
    desk.crm.reason = Reason.VALIDATION_RULE
    desk.engine.run_once()

    assert {"failed": 1} == counts(desk)


def test_end_of_a_long_pause_is_no_giving_up(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """What grew old during a pause has its try when the pause is over, and is delivered."""
    queue_up(desk, sent, 5)
    monkeypatch.setattr(desk.engine, "give_up_after", -1.0)
    while desk.engine.run_once():
        pass

    assert {"delivered": 5} == counts(desk)


def test_bug_with_one_entry_keeps_no_other_waiting(
    desk: Desk, sent: Send, crm: MoodyCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception that nobody foresaw is settled with the entry that it belongs to; the others are delivered."""
    queue_up(desk, sent, 8)
    create, create_many = crm.create, crm.create_many

    def one(record: Record, external_id: str, deadline: Deadline) -> Written:
        if external_id == "default-5":
            raise OverflowError
        return create(record, external_id, deadline)

    def many(records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        if any(external_id == "default-5" for _, external_id in records):
            raise OverflowError
        return create_many(records, deadline)

    monkeypatch.setattr(crm, "create", one)
    monkeypatch.setattr(crm, "create_many", many)
    while desk.engine.run_once():
        pass

    (failed,) = desk.ledger.select(rows.c.state == "failed")

    assert ("5", "internal_error") == (failed.event_id, failed.reason)
    assert {"delivered": 7, "failed": 1} == counts(desk)


def test_bug_of_a_round_is_told_and_ends_no_engine(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the engine, a round that stumbles is in the log, and the next one delivers."""
    queue_up(desk, sent, 1)
    with capture_logs() as logs, monkeypatch.context() as broken:
        broken.setattr(desk.engine, "claiming", None)
        stumbled = desk.engine.try_once()

    assert (0, ["engine_stumbled"]) == (stumbled, [one["event"] for one in logs])
    assert 1 == desk.engine.try_once()
    assert {"delivered": 1} == counts(desk)


def test_probe_of_the_org_passes_by_a_paused_rule(desk: Desk, sent: Send) -> None:
    """While a rule is in trouble of its own the org is probed with a callback of another."""
    queue_up(desk, sent, 3, group="SERVICE_B2B")
    queue_up(desk, sent, 1, first=100)
    desk.pauses.begin(rule_scope("b2b"), Reason.FIELD_UNKNOWN.word, 3600)
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, -1)
    desk.engine.run_once()

    assert ORG not in desk.pauses.all()
    assert {"waiting": 3, "delivered": 1} == counts(desk)


def test_pause_of_a_newer_ringback(desk: Desk, sent: Send) -> None:
    """A pause whose reason this Ringback does not know is probed and ended like any other."""
    queue_up(desk, sent, 3)
    desk.pauses.begin(ORG, "a_reason_of_tomorrow", -1)
    while counts(desk) != {"delivered": 3}:
        desk.engine.run_once()

    assert {} == desk.pauses.all()


def test_what_tells_nothing_of_the_crm(desk: Desk) -> None:
    """Three failures in a row mean that the CRM is away, also if something happened between them that asked nobody."""
    troubles = desk.engine.attempts.troubles
    reasons = (Reason.CRM_TIMEOUT, Reason.CRM_BUSY, Reason.CRM_TIMEOUT, Reason.MAPPING_FAILED, Reason.CRM_TIMEOUT)
    for entry_id, reason in enumerate(reasons):
        troubles.note(CrmError(reason, "It says so."), "everyone-else", entry_id)

    assert ORG in desk.pauses.all()


def test_callback_that_is_spoilt_itself(desk: Desk) -> None:
    """One callback that nobody understands pauses nothing, however often it fails; others that fail too pause all."""
    troubles, error = desk.engine.attempts.troubles, CrmError(Reason.CALL_REFUSED, "A proxy dislikes it.")
    for _ in range(10):
        troubles.note(error, "everyone-else", 1)
    by_itself = dict(desk.pauses.all())
    for entry_id in range(2, 100):
        troubles.note(error, "everyone-else", entry_id)

    assert {} == by_itself
    assert "call_refused" == desk.pauses.all()[ORG].reason
    assert THRESHOLD == len(troubles.attempts.failed)


@pytest.mark.parametrize("scope", [ORG, rule_scope("everyone-else")])
def test_case_that_the_user_may_not_see_ends_a_pause(desk: Desk, sent: Send, scope: str) -> None:
    """Who says that a Case is there is not away; the callback itself keeps its quarter of an hour."""
    queue_up(desk, sent, 1)
    desk.crm.reason = Reason.CASE_NOT_VISIBLE
    desk.pauses.begin(scope, Reason.CRM_UNAVAILABLE.word, -1)
    desk.engine.run_once()
    (one,) = desk.ledger.select()

    assert {} == desk.pauses.all()
    assert (State.WAITING, "case_not_visible") == (one.state, one.reason)


def test_end_of_a_pause_brings_no_hidden_case_forward(desk: Desk, sent: Send) -> None:
    """What only a person can end is not tried each time that a pause ends."""
    queue_up(desk, sent, 2)
    hidden, other = desk.ledger.select()
    desk.ledger.change(hidden.id, lambda _, now: {"reason": "case_not_visible", "due_at": now + 900})
    desk.ledger.change(other.id, lambda _, now: {"due_at": now + 900})
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    desk.pauses.end(ORG)
    now = desk.ledger.now()
    hidden, other = desk.ledger.select()

    assert (hidden.due_at or 0) > now + 600
    assert (other.due_at or 0) <= now


def test_trouble_beside_the_record(desk: Desk) -> None:
    """What concerns another object than the rule's own, as comments, pauses no rule."""
    error = CrmError(Reason.OBJECT_NOT_FOUND, "No comments here.")
    error.beside = "CaseComment"
    desk.engine.attempts.troubles.note(error, "everyone-else", 1)

    assert {} == desk.pauses.all()

"""What is done for a version of an event is done once, whatever became of its Case after an answer was lost."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from app.crm.port import Found
from app.delivery.case.whose import EventCases
from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.database import LedgerError
from app.ledger.tables import entry as rows
from app.waiting import Deadline
from tests.delivery.conftest import CONFIG, Desk
from tests.support.patience import PATIENCE

# Made while the ledger was away, and never entered.
STRANGE = Record("Case", {"Description": "Nobody knows of which version"})


def version(body: str = "first", **fields: str) -> Sent:
    callback = {"AcdEventsID": 1, "CallbackNumber": "4930901820", "Body": body, **fields}
    return Sent(json.dumps(callback).encode(), b"", CONFIG.sources["default"], f"request-{body}")


def entries(desk: Desk) -> list[Entry]:
    return desk.ledger.select(rows.c.id > 0)


def drain(desk: Desk) -> None:
    until = time.monotonic() + PATIENCE
    while any(known.state in (State.WAITING, State.RECEIVED) for known in entries(desk)):
        assert time.monotonic() < until
        desk.engine.run_once()


def make_case_of_second(desk: Desk, source: str = "default") -> None:
    """The first version is refused, the second makes the event's Case."""
    desk.crm.reason = Reason.VALIDATION_RULE
    desk.delivery.accept(replace(version(), source=CONFIG.sources[source]))
    desk.crm.reason = None
    desk.delivery.accept(replace(version("second"), source=CONFIG.sources[source]))


def accept_and_lose(desk: Desk, monkeypatch: pytest.MonkeyPatch, sent: Sent, lost: str) -> Outcome:
    """The answer to the creating of this Case, or to the comment, does not arrive."""
    create, comment = desk.crm.create, desk.crm.comment

    def losing(record: Record, external_id: str, *more: Any) -> Written:
        written: Written = create(record, external_id, *more)
        if external_id == lost:
            raise CrmError(Reason.CRM_TIMEOUT, "The answer was lost.", outcome_unknown=True)
        return written

    def losing_comment(*arguments: Any) -> None:
        comment(*arguments)
        raise CrmError(Reason.CRM_TIMEOUT, "The answer was lost.", outcome_unknown=True)

    desk.heartbeats.beat("engine")
    with monkeypatch.context() as losses:
        losses.setattr(desk.crm, "create", losing)
        losses.setattr(desk.crm, "comment", losing_comment)
        outcome = desk.delivery.accept(sent)
    assert Status.QUEUED is outcome.status
    assert (lost == "comment") is bool(desk.crm.comments)
    return outcome


@pytest.mark.parametrize("closed", [False, True])
def test_own_case_whose_answer_was_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    """A Case that only this version can have made is its own, whatever an agent has done with it since."""
    accept_and_lose(desk, monkeypatch, version(), "default-1")
    desk.crm.records["default-1"] = Record("Case", {"Description": "Called back, no answer."})
    desk.crm.closed |= {"default-1"} if closed else set()
    drain(desk)

    assert (["default-1"], []) == (list(desk.crm.records), desk.crm.comments)
    assert [desk.crm.id_of("default-1")] == [known.record_id for known in entries(desk)]


def test_what_it_was_made_without(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first try had left out is still known when the Case is found."""
    desk.crm.bad = {"Description": Reason.FIELD_NOT_WRITABLE}
    accept_and_lose(desk, monkeypatch, version(), "default-1")
    desk.crm.bad = {}
    desk.known._rules.clear()
    drain(desk)

    assert (["default-1"], []) == (list(desk.crm.records), desk.crm.comments)
    assert [["Description"]] == [[dropped.field for dropped in known.dropped] for known in entries(desk)]


def test_later_version_waits_behind_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version that is claimed together with it puts its Case in no doubt, and is added there."""
    accept_and_lose(desk, monkeypatch, version(), "default-1")
    desk.delivery.accept(version("second"))
    drain(desk)

    assert (["default-1"], ["[Ringback default-1-2]"]) == (list(desk.crm.records), desk.crm.comments)


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize(
    ("other", "in_doubt"),
    [
        ({"state": State.RECEIVED, "lease": "other", "lease_until": 4e9}, True),
        ({"state": State.FAILED, "unknown": True}, True),
        ({"state": State.DELIVERED, "record_id": "500000000000001AAA"}, True),
        ({"state": State.REFUSED}, False),
    ],
)
def test_other_version_was_attempted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any], in_doubt: bool, closed: bool
) -> None:
    """After a lost answer a Case that another version may have made gets the comment, even a closed one."""
    desk.crm.reason = Reason.VALIDATION_RULE
    for body in ("first", "second"):
        desk.delivery.accept(version(body))
    desk.crm.reason = None
    accept_and_lose(desk, monkeypatch, version(), "default-1")
    desk.ledger.change(2, lambda *_: {**other, "due_at": None})
    desk.crm.closed |= {"default-1"} if closed else set()
    while desk.ledger.select(rows.c.id == 1)[0].state is not State.DELIVERED:
        desk.engine.run_once()

    assert ["default-1"] == list(desk.crm.records)
    assert (["[Ringback default-1]"] if in_doubt else []) == desk.crm.comments


@pytest.mark.parametrize("closed", [False, True])
def test_attempt_that_others_have_overtaken(desk: Desk, closed: bool) -> None:
    """A process that stood still, and wakes up when others have made the Case, takes it for the entry's own."""
    accepted = desk.delivery.read(version())
    entry = desk.delivery.intake.store(accepted).entry
    desk.ledger.change(entry.id, lambda _, now: {"lease_until": now - 1})
    drain(desk)
    desk.crm.closed |= {"default-1"} if closed else set()
    desk.delivery.attempts.run(entry, accepted.callback, accepted.rule, Deadline(5))

    assert (["default-1"], []) == (list(desk.crm.records), desk.crm.comments)


def test_first_version_has_its_comment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Case was closed after the comment had come there: the first version makes no next one."""
    make_case_of_second(desk)
    accept_and_lose(desk, monkeypatch, version(), "comment")
    desk.crm.closed.add("default-1")
    drain(desk)

    assert (["default-1"], ["[Ringback default-1]"]) == (list(desk.crm.records), desk.crm.comments)


def test_first_version_has_the_next_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Case was opened again after the next one had been made: the first version gets no comment on it."""
    make_case_of_second(desk)
    desk.crm.closed.add("default-1")
    accept_and_lose(desk, monkeypatch, version(), "default-1-1")
    desk.crm.closed.clear()
    drain(desk)

    assert (["default-1", "default-1-1"], []) == (list(desk.crm.records), desk.crm.comments)
    assert desk.crm.id_of("default-1-1") == entries(desk)[0].record_id


def test_later_version_has_its_comment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for one that follows."""
    desk.delivery.accept(version())
    accept_and_lose(desk, monkeypatch, version("second"), "comment")
    desk.crm.closed.add("default-1")
    drain(desk)

    assert (["default-1"], ["[Ringback default-1-2]"]) == (list(desk.crm.records), desk.crm.comments)


def test_later_version_has_the_next_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for one that follows."""
    desk.delivery.accept(version())
    desk.crm.closed.add("default-1")
    accept_and_lose(desk, monkeypatch, version("second"), "default-1-2")
    desk.crm.closed.clear()
    drain(desk)

    assert (["default-1", "default-1-2"], []) == (list(desk.crm.records), desk.crm.comments)


@pytest.mark.parametrize("closed", [False, True])
def test_lost_comment_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    """A comment that did not arrive comes later, even on a Case that was closed meanwhile: no next Case is made."""
    desk.delivery.accept(version())
    accept_and_lose(desk, monkeypatch, version("second"), "comment")
    desk.crm.comments.clear()
    desk.crm.commented.clear()
    desk.crm.closed |= {"default-1"} if closed else set()
    drain(desk)

    assert (["default-1"], ["[Ringback default-1-2]"]) == (list(desk.crm.records), desk.crm.comments)


def test_comment_on_its_way_and_the_case_closed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the comment may still come there the version waits, and then makes no next Case."""
    desk.delivery.accept(version())
    comment = desk.crm.comment
    held: list[Any] = []

    def holding(*arguments: Any) -> None:
        held.extend(arguments)
        raise CrmError(Reason.CRM_TIMEOUT, "It takes long.", outcome_unknown=True)

    monkeypatch.setattr(desk.crm, "comment", holding)
    desk.heartbeats.beat("engine")
    desk.delivery.accept(version("second"))
    desk.crm.closed.add("default-1")
    desk.ledger.change(2, lambda *_: {"due_at": 0.0})
    with monkeypatch.context() as slow:
        slow.setattr("app.delivery.attempt.QUIET_SECONDS", 1e6)
        desk.engine.run_once()
    busy = desk.last_line(2)
    comment(*held)
    desk.ledger.change(2, lambda *_: {"due_at": 0.0})
    drain(desk)

    assert ("failed", "engine", "crm_busy") == busy
    assert ["default-1"] == list(desk.crm.records)


def test_comments_are_not_to_be_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where comments may not be read, a version whose comment may be there waits: no next Case, no rule pauses."""
    desk.delivery.accept(version())
    accept_and_lose(desk, monkeypatch, version("second"), "comment")
    desk.crm.closed.add("default-1")
    desk.crm.uncommented = Reason.PERMISSION_MISSING
    while "permission_missing" != desk.last_line(2)[2]:
        desk.engine.run_once()
    before = list(desk.crm.records)
    desk.crm.uncommented = None
    drain(desk)

    assert ["default-1"] == before == list(desk.crm.records)
    assert (["[Ringback default-1-2]"], {}) == (desk.crm.comments, desk.pauses.all())


@pytest.mark.parametrize(("closed", "status"), [(False, Status.UPDATED), (True, Status.CREATED)])
def test_case_that_nobody_is_known_to_have_made(desk: Desk, closed: bool, status: Status) -> None:
    """It is in doubt: a version whose answers were not lost is added to it, or succeeds it where it is closed."""
    make_case_of_second(desk)
    desk.ledger.change(2, lambda *_: {"state": State.REFUSED, "record_id": None, "delivered_at": None})
    desk.crm.closed |= {"default-1"} if closed else set()
    again = desk.delivery.accept(version("second"))

    assert status is again.status
    assert (["default-1", "default-1-2"] if closed else ["default-1"]) == list(desk.crm.records)
    assert ([] if closed else ["[Ringback default-1-2]"]) == desk.crm.comments


def test_case_without_the_ledger(desk: Desk) -> None:
    """What was made while the ledger was away, and never entered, gets every version as a comment."""
    desk.crm.records["default-1"] = STRANGE
    outcomes = [desk.delivery.accept(version(body)) for body in ("first", "second", "first")]

    assert [Status.EXISTING, Status.UPDATED, Status.EXISTING] == [outcome.status for outcome in outcomes]
    assert ["default-1"] == list(desk.crm.records)
    assert ["[Ringback default-1]", "[Ringback default-1-2]"] == desk.crm.comments


def test_comment_on_a_case_that_the_ledger_does_not_know(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comment is found there, too, where another version may have made the Case."""
    desk.crm.records["default-1"] = STRANGE
    accept_and_lose(desk, monkeypatch, version(), "comment")
    desk.crm.reason, desk.crm.unknown = Reason.CRM_TIMEOUT, True
    desk.delivery.accept(version("second"))
    desk.crm.reason = None
    desk.ledger.change(2, lambda *_: {"state": State.FAILED, "unknown": True})
    desk.crm.closed.add("default-1")
    drain(desk)

    assert (["default-1"], ["[Ringback default-1]"]) == (list(desk.crm.records), desk.crm.comments)


@pytest.mark.parametrize("trouble", [CrmError(Reason.CRM_UNAVAILABLE, "It is away."), LedgerError("away")])
def test_whose_it_is_cannot_be_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    """A Case that this request may have made is not refused, not even where the source wants no queue."""
    make_case_of_second(desk, "strict")
    desk.crm.doubtful = True

    def fails(*_: object) -> None:
        raise trouble

    if isinstance(trouble, CrmError):
        monkeypatch.setattr(desk.crm, "find_by_id", fails)
    else:
        monkeypatch.setattr(EventCases, "_of_event", fails)
    outcome = desk.delivery.accept(replace(version(), source=CONFIG.sources["strict"]))

    assert Status.QUEUED is outcome.status
    assert [True, False] == [known.unknown for known in entries(desk)]


MONDAY = {"dtCallStart": "2026-11-23T10:00:00"}
TUESDAY = {"dtCallStart": "2026-11-24T10:00:00", "CallbackNumber": "4989123456"}


@pytest.mark.parametrize(
    "other",
    [
        {"state": State.DELIVERED},
        {"state": State.RECEIVED, "lease": "other", "lease_until": 4e9},
        {"state": State.FAILED, "unknown": True},
    ],
)
def test_another_call(desk: Desk, other: dict[str, Any]) -> None:
    """When jtel uses an id twice the second call has its own Case, as long as the first may have made the event's."""
    desk.delivery.accept(version(**MONDAY))
    desk.ledger.change(1, lambda *_: other)
    outcome = desk.delivery.accept(version(**TUESDAY))

    assert Status.CREATED is outcome.status
    assert (["default-1", "default-1-2"], []) == (list(desk.crm.records), desk.crm.comments)


@pytest.mark.parametrize("closed", [False, True])
def test_another_call_whose_case_the_ledger_does_not_know(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    """A Case that the first call has not made may be the second's: it gets no other, but a comment, once."""
    desk.crm.records["default-1"] = STRANGE
    desk.delivery.accept(version(**MONDAY))
    comment = desk.crm.comment

    def losing(*arguments: Any) -> None:
        comment(*arguments)
        raise CrmError(Reason.CRM_TIMEOUT, "The answer was lost.", outcome_unknown=True)

    with monkeypatch.context() as losses:
        losses.setattr(desk.crm, "comment", losing)
        desk.heartbeats.beat("engine")
        desk.delivery.accept(version(**TUESDAY))
    desk.crm.closed |= {"default-1"} if closed else set()
    drain(desk)

    assert ["default-1"] == list(desk.crm.records)
    assert ["[Ringback default-1]", "[Ringback default-1-2]"] == desk.crm.comments


def test_faster_version_of_the_same_event(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version that meets a Case where there was none a moment ago is added to it."""
    desk.crm.reason = Reason.VALIDATION_RULE
    desk.delivery.accept(version())
    desk.crm.reason = None
    latest = EventCases.latest

    def and_then(cases: EventCases) -> Found | None:
        found = latest(cases)
        desk.crm.records.setdefault("default-1", STRANGE)
        return found

    monkeypatch.setattr(EventCases, "latest", and_then)
    outcome = desk.delivery.accept(version("second"))

    assert (Status.UPDATED, ["[Ringback default-1-2]"]) == (outcome.status, desk.crm.comments)

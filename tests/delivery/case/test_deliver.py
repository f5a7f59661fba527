"""What is done for a content of an event is done once, whatever became of its Case after an answer was lost."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.delivery.case.whose import Made
from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.database import LedgerError
from app.ledger.tables import entry as rows
from app.mapping.config import load_config
from app.payload import read
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk

ANOTHER = Record("Case", {"Description": "Of another content"})


def content(body: str = "first") -> Sent:
    callback = {"AcdEventsID": 1, "CallbackNumber": "4930901820", "Body": body}
    return Sent(json.dumps(callback).encode(), b"", CONFIG.sources["default"], f"request-{body}")


def case_of(sent: Sent) -> Record:
    callback = read(sent.body, b"", sent.source, datetime.now(UTC))
    return CONFIG.rule_for(callback).apply(callback)


def entries(desk: Desk) -> list[Entry]:
    return desk.ledger.select(rows.c.id > 0)


def drain(desk: Desk) -> None:
    until = time.monotonic() + 20
    while any(one.state in (State.WAITING, State.RECEIVED) for one in entries(desk)):
        assert time.monotonic() < until
        desk.engine.run_once()


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
    assert ([f"[Ringback {entries(desk)[-1].external_id}]"] if lost == "comment" else []) == desk.crm.comments
    return outcome


def test_first_content_has_its_comment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Case was closed after the comment had come there: the content makes no next one."""
    desk.crm.records["default-1"] = ANOTHER
    accept_and_lose(desk, monkeypatch, content(), "comment")
    desk.crm.closed.add("default-1")
    drain(desk)

    assert ["default-1"] == list(desk.crm.records)
    assert ["[Ringback default-1]"] == desk.crm.comments
    assert [desk.crm.id_of("default-1")] == [one.record_id for one in entries(desk)]


def test_first_content_has_the_next_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Case was opened again after the next one had been made: the content gets no comment on it."""
    desk.crm.records["default-1"] = ANOTHER
    desk.crm.closed.add("default-1")
    accept_and_lose(desk, monkeypatch, content(), "default-1-1")
    # It was not sure before that the Case is another content's; since then it may be its own.
    desk.crm.closed.clear()
    drain(desk)

    assert ["default-1", "default-1-1"] == list(desk.crm.records)
    assert [] == desk.crm.comments
    assert [desk.crm.id_of("default-1-1")] == [one.record_id for one in entries(desk)]


def test_later_content_has_its_comment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for one that follows."""
    desk.delivery.accept(content())
    accept_and_lose(desk, monkeypatch, content("second"), "comment")
    desk.crm.closed.add("default-1")
    drain(desk)

    assert ["default-1"] == list(desk.crm.records)
    assert ["[Ringback default-1-2]"] == desk.crm.comments


def test_later_content_has_the_next_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for one that follows."""
    desk.delivery.accept(content())
    desk.crm.closed.add("default-1")
    accept_and_lose(desk, monkeypatch, content("second"), "default-1-2")
    desk.crm.closed.clear()
    drain(desk)

    assert ["default-1", "default-1-2"] == list(desk.crm.records)
    assert [] == desk.crm.comments


def test_comment_on_its_way_and_the_case_closed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the comment may still come there the content waits, and then makes no next Case."""
    desk.delivery.accept(content())
    comment = desk.crm.comment
    held: list[Any] = []

    def holding(*arguments: Any) -> None:
        held.extend(arguments)
        raise CrmError(Reason.CRM_TIMEOUT, "It takes long.", outcome_unknown=True)

    monkeypatch.setattr(desk.crm, "comment", holding)
    desk.heartbeats.beat("engine")
    desk.delivery.accept(content("second"))
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


@pytest.mark.parametrize("closed", [False, True])
def test_later_content_whose_case_the_ledger_lost(desk: Desk, closed: bool) -> None:
    """A Case that says what a later content does is its own, whoever has made it."""
    desk.crm.reason = Reason.VALIDATION_RULE
    desk.delivery.accept(content())
    desk.crm.reason = None
    first = desk.delivery.accept(content("second"))
    desk.ledger.change(2, lambda *_: {"state": State.REFUSED, "record_id": None, "delivered_at": None})
    desk.crm.closed |= {"default-1"} if closed else set()
    again = desk.delivery.accept(content("second"))

    assert [Status.CREATED, Status.EXISTING] == [first.status, again.status]
    assert (["default-1"], []) == (list(desk.crm.records), desk.crm.comments)


@pytest.mark.parametrize("mended", [False, True])
def test_case_without_its_description(desk: Desk, monkeypatch: pytest.MonkeyPatch, mended: bool) -> None:
    """Where the CRM took no description a Case whose answer was lost counts as its own, without a comment."""
    desk.crm.bad = {"Description": Reason.FIELD_NOT_WRITABLE}
    accept_and_lose(desk, monkeypatch, content(), "default-1")
    if mended:
        desk.crm.bad = {}
        desk.known._rules.clear()
    drain(desk)

    assert (["default-1"], []) == (list(desk.crm.records), desk.crm.comments)
    assert [["Description"]] == [[dropped.field for dropped in one.dropped] for one in entries(desk)]


@pytest.mark.parametrize("closed", [False, True])
def test_another_content_was_added_to_its_case(desk: Desk, monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    """A Case stays its own, although the ledger knows it only of another content that has its comment there."""
    desk.crm.reason = Reason.VALIDATION_RULE
    desk.delivery.accept(content())
    desk.crm.reason = None
    accept_and_lose(desk, monkeypatch, content("second"), "default-1")
    again = desk.delivery.accept(content())
    desk.crm.closed |= {"default-1"} if closed else set()
    drain(desk)

    assert Status.EXISTING is again.status
    assert (["default-1"], ["[Ringback default-1]"]) == (list(desk.crm.records), desk.crm.comments)


def test_case_without_the_ledger_and_another_content(desk: Desk) -> None:
    """The same where the ledger never heard of what has made the Case."""
    desk.crm.records["default-1"] = case_of(content("second"))
    first = desk.delivery.accept(content())
    second = desk.delivery.accept(content("second"))

    assert [Status.EXISTING, Status.EXISTING] == [first.status, second.status]
    assert (["default-1"], ["[Ringback default-1]"]) == (list(desk.crm.records), desk.crm.comments)


def test_agent_has_changed_the_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be its own Case gets no next one, although it is closed and says something else by now."""
    accept_and_lose(desk, monkeypatch, content(), "default-1")
    desk.crm.records["default-1"] = Record("Case", {"Description": "Called back, no answer."})
    desk.crm.closed.add("default-1")
    drain(desk)

    assert ["default-1"] == list(desk.crm.records)
    assert [State.DELIVERED] == [one.state for one in entries(desk)]


def test_comment_on_a_case_that_says_as_much(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first content says, and more, may be in the Case already: the later one is added all the same."""
    desk.delivery.accept(content("first\nand more"))
    accept_and_lose(desk, monkeypatch, content("first"), "comment")
    desk.crm.comments.clear()
    desk.crm.commented.clear()
    drain(desk)

    assert ["[Ringback default-1-2]"] == desk.crm.comments


def test_comments_are_not_to_be_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where comments may not be read there is none of ours: the closed Case gets its next one, and no rule pauses."""
    desk.delivery.accept(content())
    accept_and_lose(desk, monkeypatch, content("second"), "comment")
    desk.crm.closed.add("default-1")
    desk.crm.uncommented = Reason.PERMISSION_MISSING
    drain(desk)

    assert ["default-1", "default-1-2"] == list(desk.crm.records)
    assert {} == desk.pauses.all()


def test_comment_on_a_case_that_the_ledger_does_not_know(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comment is found there, too, where another content may have made the Case."""
    desk.crm.records["default-1"] = ANOTHER
    accept_and_lose(desk, monkeypatch, content(), "comment")
    desk.crm.reason, desk.crm.unknown = Reason.CRM_TIMEOUT, True
    desk.delivery.accept(content("second"))
    desk.crm.reason = None
    desk.ledger.change(2, lambda *_: {"state": State.FAILED, "unknown": True})
    desk.crm.closed.add("default-1")
    drain(desk)

    assert ["default-1"] == list(desk.crm.records)
    assert ["[Ringback default-1]"] == desk.crm.comments


@pytest.mark.parametrize("trouble", [CrmError(Reason.CRM_UNAVAILABLE, "It is away."), LedgerError("away")])
def test_whose_it_is_cannot_be_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    """A Case that this request may have made is not refused, not even where the source wants no queue."""
    desk.crm.records["strict-1"] = ANOTHER
    desk.crm.doubtful = True

    def fails(*_: object) -> None:
        raise trouble

    if isinstance(trouble, CrmError):
        monkeypatch.setattr(desk.crm, "description_of", fails)
    else:
        monkeypatch.setattr(desk.ledger, "of_event", fails)
    outcome = desk.delivery.accept(replace(content(), source=CONFIG.sources["strict"]))

    assert Status.QUEUED is outcome.status
    assert [True] == [one.unknown for one in entries(desk)]


def test_another_call_whose_description_says_little(tmp_path: Path, crm: MoodyCrm) -> None:
    """A Case counts as another caller's own only if what is compared names that caller."""
    rules = [{"name": "all", "fields": {"Description": "{{ callback_number }}{{ received_at }}\nCall within the day."}}]
    (tmp_path / "rules.yaml").write_text(json.dumps({"rules": rules}))
    calls = [{"CallbackNumber": f"4930{day}01820", "dtCallStart": f"2026-11-2{day}T10:00:00"} for day in (1, 2)]
    with open_desk(f"sqlite:///{tmp_path / 'ledger.db'}", crm, load_config(tmp_path / "rules.yaml")) as desk:
        for call in calls:
            desk.delivery.accept(replace(content(), body=json.dumps({"AcdEventsID": 1, **call}).encode()))

    assert ["default-1", "default-1-2"] == list(crm.records)


def test_faster_content_of_the_same_event(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later content that meets a Case where there was none a moment ago is added to it."""
    desk.crm.reason = Reason.VALIDATION_RULE
    desk.delivery.accept(content())
    desk.crm.reason = None
    latest = Made.latest

    def and_then(made: Made) -> Any:
        found = latest(made)
        desk.crm.records.setdefault("default-1", ANOTHER)
        return found

    monkeypatch.setattr(Made, "latest", and_then)
    outcome = desk.delivery.accept(content("second"))

    assert (Status.UPDATED, ["[Ringback default-1-2]"]) == (outcome.status, desk.crm.comments)

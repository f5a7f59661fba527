"""What was said of a callback is kept with its reason, told to whoever asks, and never outlives the reason."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.delivery.entry.states import why
from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.errors import CrmError, PayloadError
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from tests.delivery.conftest import Desk

Send = Callable[..., Sent]
MOOD = "It is in a mood."


def one(desk: Desk) -> Entry:
    (entry,) = desk.ledger.select(rows.c.id > 0)
    return entry


def test_no_reason_without_its_message() -> None:
    """Both come together, and go together."""
    assert {"reason": "crm_busy", "message": "Wait."} == why(CrmError(Reason.CRM_BUSY, "Wait."))
    assert {"reason": None, "message": None} == why(None)


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (Reason.VALIDATION_RULE, State.REFUSED),
        (Reason.CRM_UNAVAILABLE, State.WAITING),
        (Reason.PERMISSION_MISSING, State.WAITING),
        (Reason.LOGIN_REFUSED, State.WAITING),
    ],
)
def test_kept_told_and_cleared(desk: Desk, sent: Send, reason: Reason, state: State) -> None:
    """It stands in the entry, in the attempt and in the log as in the answer; with the Case it is gone."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = reason
    with capture_logs() as logs:
        desk.delivery.accept(sent(1))
    refused = one(desk)
    desk.crm.reason = None
    for scope in desk.pauses.all():
        desk.pauses.end(scope)
    if state is State.REFUSED:
        desk.delivery.accept(sent(1))
    else:
        desk.ledger.change(refused.id, lambda *_: {"due_at": 0.0})
        while desk.engine.run_once():
            pass
    line, *_ = desk.ledger.attempts(refused.id)

    assert (state, reason.word, MOOD) == (refused.state, refused.reason, refused.message)
    assert (reason.word, MOOD) == (line.reason, line.message)
    assert [MOOD] == [entry["message"] for entry in logs if entry["event"] == "attempt"]
    assert (State.DELIVERED, None, None) == (one(desk).state, one(desk).reason, one(desk).message)


def test_failed_keeps_the_last_word(desk: Desk, sent: Send) -> None:
    """What had been told `queued` and fails says why it failed, and no longer why it waited."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = Reason.CRM_UNAVAILABLE
    desk.delivery.accept(sent(1))
    desk.crm.reason, desk.crm.least = None, frozenset({"Nothing"})
    desk.ledger.change(one(desk).id, lambda *_: {"due_at": 0.0})
    desk.engine.run_once()

    failed = one(desk)
    assert (State.FAILED, "validation_rule", "It takes only the least.") == (
        failed.state,
        failed.reason,
        failed.message,
    )
    assert [MOOD, "It takes only the least."] == [line.message for line in desk.ledger.attempts(failed.id)]


def test_while_an_attempt_is_under_way(desk: Desk, sent: Send) -> None:
    """Whoever takes an entry takes the last reason off, and its words."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = Reason.CRM_UNAVAILABLE
    desk.delivery.accept(sent(1))
    desk.ledger.change(one(desk).id, lambda *_: {"due_at": 0.0})

    (claimed,) = desk.engine.claiming.queue.claim("lease", 60, 1)

    assert (State.RECEIVED, None, None) == (claimed.state, claimed.reason, claimed.message)


def test_gave_up(desk: Desk, sent: Send) -> None:
    """What has waited too long still says what it met last, also in its history and in the log."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = Reason.CRM_UNAVAILABLE
    desk.delivery.accept(sent(1))
    waiting = one(desk)
    desk.ledger.change(waiting.id, lambda *_: {"received_at": 1.0, "due_at": waiting.received_at + 3600})
    desk.engine.claiming._steady_since = 0.0
    desk.engine._swept = -1e9
    desk.pauses.end(ORG)
    with capture_logs() as logs:
        desk.engine.run_once()

    (line,) = (entry for entry in logs if entry["event"] == "gave_up")
    last = desk.ledger.attempts(waiting.id)[-1]
    assert (State.FAILED, MOOD) == (one(desk).state, one(desk).message)
    assert (MOOD, "gave up", MOOD) == (line["message"], last.outcome, last.message)


@pytest.mark.parametrize(("reason", "told"), [(Reason.LOGIN_REFUSED, True), (Reason.CRM_UNAVAILABLE, False)])
def test_pause_says_why(desk: Desk, sent: Send, reason: Reason, told: bool) -> None:
    """What a pause holds back says what began it; the answer does where somebody has to act."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, reason.word, 60, "The client secret is wrong.")

    answers = [desk.delivery.accept(sent(1)) for _ in range(2)]

    assert [Status.QUEUED] * 2 == [answer.status for answer in answers]
    assert [told] * 2 == ["The client secret is wrong." in (answer.message or "") for answer in answers]
    assert "The client secret is wrong." in (one(desk).message or "")


def test_pause_of_an_older_ringback(desk: Desk, sent: Send) -> None:
    """A pause without words still holds back, and says where to read."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.LOGIN_REFUSED.word, 60)

    answer = desk.delivery.accept(sent(1))

    assert "docs/reasons.md" in (answer.message or "")
    assert "paused (login_refused)" in (one(desk).message or "")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": State.REFUSED, "reason": "validation_rule", "message": "Not by phone."}, "Not by phone."),
        ({"state": State.FAILED, "reason": "crm_refused", "message": "It says X."}, "It says X."),
        ({"state": State.REFUSED, "reason": "validation_rule"}, "docs/reasons.md"),
        ({"state": State.WAITING, "reason": "queue_not_found", "message": "There is none."}, "There is none."),
    ],
)
def test_repeat_hears_it(
    desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch, values: Mapping[str, Any], said: str
) -> None:
    """A repeat that another request was faster than hears what came of that, in the same words."""
    desk.delivery.accept(sent(1))
    entry = desk.ledger.change(one(desk).id, lambda *_: {"promised": True, **values})
    assert entry is not None
    # Another request has it.
    monkeypatch.setattr(desk.delivery, "_may_try", lambda *_, **__: False)
    desk.heartbeats.beat("engine")

    answer = desk.delivery.accept(sent(1))

    assert said in (answer.message or "")


def test_fields_say_why_they_are_missing(desk: Desk, sent: Send) -> None:
    """Each field keeps the words that it was left out for, also where that was known from another callback."""
    desk.crm.bad = {"Origin": Reason.FIELD_UNKNOWN}
    with capture_logs() as logs:
        for number in (1, 2):
            desk.delivery.accept(sent(number))

    kept = [dropped.message for entry in desk.ledger.select(rows.c.id > 0) for dropped in entry.dropped]
    assert ["It does not take Origin."] * 2 == kept
    assert ["It does not take Origin."] * 2 == [entry["message"] for entry in logs if entry["event"] == "attempt"]
    assert ["It does not take Origin."] * 2 == [desk.ledger.attempts(number)[-1].message for number in (1, 2)]


def test_rescue_says_why(desk: Desk, sent: Send) -> None:
    """Of a rescue Case each field says what the refusal said that led to it."""
    desk.crm.least = frozenset({"Subject", "Description"})
    desk.delivery.accept(sent(1))

    dropped = one(desk).dropped
    assert len(dropped) > 1
    assert {"It takes only the least."} == {field.message for field in dropped}


@pytest.mark.parametrize(
    ("body", "whole", "ids"),
    [
        (b'{"AcdEventsID": 4711}', True, ("4711",)),
        (b'{"AcdEventsID": 4711, "Body": "x', False, ("4711",)),
        (b"", True, ()),
    ],
)
def test_invalid(desk: Desk, sent: Send, body: bytes, whole: bool, ids: tuple[str, ...]) -> None:
    """What cannot be understood keeps what was said and which event it names, and counts as none of its versions."""
    problem = None if whole else PayloadError(Reason.BODY_TOO_LARGE, "It is too large.")
    answer = desk.delivery.accept(Sent(body, b"", sent(1).source, "r", problem))
    kept = one(desk)
    made = desk.delivery.accept(sent(4711))

    assert (State.INVALID, answer.message, ids) == (kept.state, kept.message, kept.invalid_event_ids)
    assert (None, None, None) == (kept.event_id, kept.external_id, kept.fingerprint)
    assert Status.CREATED is made.status
    assert [1] == [entry.turn for entry in desk.ledger.of_event("default", "4711")]

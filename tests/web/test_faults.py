"""Salesforce in trouble, as the sandbox makes it: every fault has its answer, and none makes a second Case."""

import time
from typing import Any

import pytest

from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

CASES = "SELECT Id FROM Case"


def callback(event_id: int) -> dict[str, Any]:
    return {"AcdEventsID": event_id, "CallbackNumber": "4930901820"}


@pytest.mark.parametrize(
    ("fault", "options", "reason"),
    [
        ("unavailable", {}, "crm_unavailable"),
        ("html", {}, "crm_unavailable"),
        ("empty", {}, "crm_unavailable"),
        ("reset_before", {}, "crm_connection_lost"),
        ("latency", {"seconds": 5}, "crm_timeout"),
        ("hang", {}, "crm_timeout"),
        ("slow_body", {}, "crm_timeout"),
        ("void_session", {}, "session_refused"),
        ("lock", {}, "record_locked"),
        ("daily_limit", {}, "api_limit"),
        ("concurrent_limit", {}, "crm_busy"),
        ("maintenance", {}, "crm_maintenance"),
    ],
)
def test_lasting_trouble(
    ringback: RunningRingback, sandbox: RunningSandbox, event_id: int, fault: str, options: dict[str, Any], reason: str
) -> None:
    """While Salesforce is in trouble callbacks are queued with its reason; when it is over each makes its one Case."""
    sandbox.fault(fault, share=1, **options)

    answers = [ringback.post(callback(event_id + number * 1_000_000)) for number in range(2)]
    repeat = ringback.post(callback(event_id))
    sandbox.clear_faults()
    ringback.wait_for("delivered")

    assert [(200, "queued")] * 3 == [(one.status, one.body["status"]) for one in [*answers, repeat]]
    assert reason == answers[0].body["reason"]
    assert 2 == len(sandbox.query(CASES))


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "expired_session"])
def test_passing_trouble(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int, fault: str) -> None:
    """A connection that breaks once, before or after the commit, and an expired session cost the caller nothing."""
    sandbox.fault(fault, next=1)

    answer = ringback.post(callback(event_id))

    assert 200 == answer.status
    assert 1 == len(sandbox.query(CASES))


def test_answers_by_the_deadline(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """However long Salesforce takes, jtel has its answer at the deadline (2 s here) and a little more."""
    sandbox.fault("latency", next=1, seconds=8)

    started = time.monotonic()
    answer = ringback.post(callback(event_id))

    assert "crm_timeout" == answer.body["reason"]
    assert time.monotonic() - started < 8

"""A Case that was made while the ledger was away, and then another content of its event."""

import time

import pytest
import requests
from sqlalchemy import delete

from app.ledger.tables import attempt, entry
from tests.support.ringback import RunningRingback
from tests.support.sandbox import API, RunningSandbox
from tests.support.writing import writing

CASES = "SELECT Subject, Description, ParentId, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
COMMENTS = "SELECT CommentBody FROM CaseComment"


def make_case(sandbox: RunningSandbox, event_id: int) -> None:
    """As Ringback does of the event's first content without its database; its process ended before it was entered."""
    case = {"Subject": "Offer", "Origin": "Phone", "jtel_AcdEventsID__c": f"default-{event_id}"}
    headers = {"Authorization": f"Bearer {sandbox.token()}"}
    made = requests.post(f"{sandbox.url}{API}/sobjects/Case", json=case, headers=headers, timeout=10)
    assert 201 == made.status_code, made.text


@pytest.mark.parametrize("lost", [0, 1, 2], ids=["answered", "request lost", "both requests lost"])
def test_other_content_is_added(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int, lost: int) -> None:
    """The content that the Case does not hold becomes a comment on it, also where its first try may have made it."""
    make_case(sandbox, event_id)
    if lost:
        sandbox.fault("reset_before", next=lost, match="composite")
    answer = ringback.post({"AcdEventsID": event_id, "Caller": "4930901820", "Body": "Please call after four."})
    ringback.wait_for("delivered")

    assert 200 == answer.status
    assert 1 == len(sandbox.query(CASES))
    assert ["after four" in one["CommentBody"] for one in sandbox.query(COMMENTS)] == [True]


def test_other_content_of_a_closed_case(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Nobody looks at a closed Case, so the content makes the one that succeeds it; what comes then is added there."""
    make_case(sandbox, event_id)
    (case,) = sandbox.query("SELECT Id FROM Case WHERE jtel_AcdEventsID__c != null")
    sandbox.org("close-case", case=case["Id"])
    answers = [
        ringback.post({"AcdEventsID": event_id, "Caller": "4930901820", "Body": body}).body["status"]
        for body in ("Please call after four.", "Please call after four.", "After five.")
    ]

    found = {one["jtel_AcdEventsID__c"]: one["ParentId"] for one in sandbox.query(CASES)}

    assert ["created", "existing", "updated"] == answers
    assert {f"default-{event_id}": None, f"default-{event_id}-1": case["Id"]} == found
    assert ["After five" in one["CommentBody"] for one in sandbox.query(COMMENTS)] == [True]


@pytest.mark.parametrize("times", [{}, {"dtCallEnd": "2026-11-01T10:00:00"}], ids=["no times", "times"])
def test_own_case_that_the_ledger_lost(
    ringback: RunningRingback, sandbox: RunningSandbox, event_id: int, times: dict[str, str]
) -> None:
    """A Case that says what the callback does is its own, whoever has made it and whatever became of it since.

    When the callback came does not count, where that stands in the Case because jtel has sent no times.
    """
    callback = {"AcdEventsID": event_id, "Caller": "4930901820", **times}
    first = ringback.post(callback)
    time.sleep(1)
    sandbox.org("close-case", case=first.body["caseId"])
    with writing(ringback.database) as connection:
        connection.execute(delete(attempt))
        connection.execute(delete(entry))
    again = ringback.post(callback)

    assert ("existing", first.body["caseId"]) == (again.body["status"], again.body["caseId"])
    assert 1 == len(sandbox.query(CASES))
    assert [] == sandbox.query(COMMENTS)


def test_own_case_gets_no_comment(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A Case that an attempt of ours has made is known by what it says, although its answer was lost."""
    sandbox.fault("reset_after", next=2, match="composite")
    answer = ringback.post({"AcdEventsID": event_id, "Caller": "4930901820", "Body": "Please\r\ncall  after four."})
    ringback.wait_for("delivered")

    assert 200 == answer.status
    assert 1 == len(sandbox.query(CASES))
    assert [] == sandbox.query(COMMENTS)


def test_collision_after_it(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Of two calls with one event id the first made its Case while the ledger was away: its repeat makes no other."""
    calls = [
        {
            "AcdEventsID": event_id,
            "Caller": f"493090182{number}",
            "dtCallStart": f"2026-11-0{number}T10:00:00",
            "dtCallEnd": f"2026-11-0{number}T10:05:00",
        }
        for number in (1, 2)
    ]
    ringback.post(calls[0])
    with writing(ringback.database) as connection:
        connection.execute(delete(attempt))
        connection.execute(delete(entry))
    other, repeat = ringback.post(calls[1]), ringback.post(calls[0])

    assert (200, 200) == (other.status, repeat.status)
    assert ("existing", other.body["caseId"]) == (repeat.body["status"], repeat.body["caseId"])
    assert 1 == len(sandbox.query(CASES))
    assert ["4930901822" in one["CommentBody"] for one in sandbox.query(COMMENTS)] == [True]

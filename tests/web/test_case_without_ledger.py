"""A Case that was made while the ledger was away, and then another version of its event."""

import pytest
import requests
from sqlalchemy import delete

from app.ledger.tables import attempt, entry
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.sandbox import API, RunningSandbox
from tests.support.writing import writing

CASES = "SELECT Subject, Description, ParentId, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
COMMENTS = "SELECT CommentBody FROM CaseComment"


def make_case(sandbox: RunningSandbox, event_id: int) -> None:
    """As Ringback does of the event's first version without its database; its process ended before it was entered."""
    case = {"Subject": "Offer", "Origin": "Phone", "jtel_AcdEventsID__c": f"default-{event_id}"}
    headers = {"Authorization": f"Bearer {sandbox.token()}"}
    made = requests.post(f"{sandbox.url}{API}/sobjects/Case", json=case, headers=headers, timeout=PATIENCE)
    assert 201 == made.status_code, made.text


def lose_ledger(ringback: RunningRingback) -> None:
    """As if the Cases had been made without it, and the process had ended before they were entered."""
    with writing(ringback.database) as connection:
        connection.execute(delete(attempt))
        connection.execute(delete(entry))


def test_other_version_is_added(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """What the callback says becomes a comment on the Case that is there."""
    make_case(sandbox, event_id)
    answer = ringback.post({"AcdEventsID": event_id, "Caller": "4930901820", "Body": "Please call after four."})

    assert (200, "existing") == (answer.status, answer.body["status"])
    assert 1 == len(sandbox.query(CASES))
    assert ["after four" in comment["CommentBody"] for comment in sandbox.query(COMMENTS)] == [True]


def test_other_version_of_a_closed_case(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Nobody looks at a closed Case, so the version makes the one that succeeds it; what comes then is added there."""
    make_case(sandbox, event_id)
    (case,) = sandbox.query("SELECT Id FROM Case WHERE jtel_AcdEventsID__c != null")
    sandbox.org("close-case", case=case["Id"])
    answers = [
        ringback.post({"AcdEventsID": event_id, "Caller": "4930901820", "Body": body}).body["status"]
        for body in ("Please call after four.", "Please call after four.", "After five.")
    ]

    parents = {known["jtel_AcdEventsID__c"]: known["ParentId"] for known in sandbox.query(CASES)}

    assert ["created", "existing", "updated"] == answers
    assert {f"default-{event_id}": None, f"default-{event_id}-1": case["Id"]} == parents
    assert ["After five" in comment["CommentBody"] for comment in sandbox.query(COMMENTS)] == [True]


def test_own_case_that_the_ledger_lost(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Nobody knows that it is its own: the same callback is added to it, once, and makes no other Case."""
    callback = {"AcdEventsID": event_id, "Caller": "4930901820"}
    first = ringback.post(callback)
    lose_ledger(ringback)
    again = [ringback.post(callback) for _ in range(2)]

    assert [("existing", first.body["caseId"])] * 2 == [(one.body["status"], one.body["caseId"]) for one in again]
    assert (1, 1) == (len(sandbox.query(CASES)), len(sandbox.query(COMMENTS)))


@pytest.mark.parametrize("lost", [1, 2], ids=["in one attempt", "in two"])
def test_own_case_gets_no_comment(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int, lost: int) -> None:
    """A Case whose answer was lost is its own: no other version of the event was attempted."""
    sandbox.fault("reset_after", next=lost, match="composite")
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
    lose_ledger(ringback)
    other, repeat = ringback.post(calls[1]), ringback.post(calls[0])

    assert (200, 200) == (other.status, repeat.status)
    assert other.body["caseId"] == repeat.body["caseId"]
    assert 1 == len(sandbox.query(CASES))
    said = sorted(comment["CommentBody"] for comment in sandbox.query(COMMENTS))
    assert [True, True] == [f"493090182{number}" in text for number, text in zip((1, 2), said, strict=True)]

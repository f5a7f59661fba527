"""The same event again: what the ledger knows is answered from it, and what changed reaches the Case once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

CASES = "SELECT Id, ParentId, Status, jtel_AcdEventsID__c FROM Case ORDER BY CaseNumber"
COMMENTS = "SELECT ParentId, CommentBody FROM CaseComment"


def callback(event_id: int, **fields: Any) -> dict[str, Any]:
    return {
        "AcdEventsID": event_id,
        "CallbackNumber": "4930901820",
        "dtCallStart": "2026-11-20T10:00:00",
        "Body": "Please call me.",
        **fields,
    }


def test_repeat_costs_no_call(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A delivered event is answered from the ledger, also while Salesforce is away."""
    first = ringback.post(callback(event_id))
    calls = sandbox.calls()["total"]
    sandbox.fault("unavailable", share=1)
    again = ringback.post(callback(event_id))

    assert (200, "existing") == (again.status, again.body["status"])
    assert first.body["caseId"] == again.body["caseId"]
    assert first.body["caseNumber"] == again.body["caseNumber"]
    assert calls == sandbox.calls()["total"]


def test_update_of_an_open_case(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Another version of the event becomes one comment on its open Case, however often it is sent."""
    first = ringback.post(callback(event_id))
    changed = callback(event_id, Body="Please call me after four.")
    updates = [ringback.post(changed) for _ in range(3)]

    (comment,) = sandbox.query(COMMENTS)

    assert ["updated", "existing", "existing"] == [one.body["status"] for one in updates]
    assert {first.body["caseId"]} == {one.body["caseId"] for one in updates}
    assert first.body["caseId"] == comment["ParentId"]
    assert "after four" in comment["CommentBody"]
    assert 1 == len(sandbox.query(CASES))


def test_update_whose_answer_was_lost(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A comment that was written although the connection broke is found by its mark and not written again."""
    ringback.post(callback(event_id))
    sandbox.fault("reset_after", next=1, match="POST /services/data/v66.0/composite")
    ringback.post(callback(event_id, Body="Please call me after four."))
    ringback.wait_for("delivered")

    assert 1 == len(sandbox.query(COMMENTS))


def test_update_of_a_closed_case(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Another version after the Case was closed makes a new one that names the old as its parent."""
    first = ringback.post(callback(event_id))
    sandbox.org("close-case", case=first.body["caseId"])
    update = ringback.post(callback(event_id, Body="It is broken again."))

    old, new = sandbox.query(CASES)

    assert "created" == update.body["status"]
    assert (old["Id"], f"default-{event_id}-2") == (new["ParentId"], new["jtel_AcdEventsID__c"])


def test_event_id_used_twice(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Another caller at another time with the same id is another event: a Case of its own, without a parent."""
    ringback.post(callback(event_id))
    other = ringback.post(callback(event_id, CallbackNumber="4989123456", dtCallStart="2026-11-21T08:00:00"))

    _, new = sandbox.query(CASES)

    assert "created" == other.body["status"]
    assert (None, f"default-{event_id}-2") == (new["ParentId"], new["jtel_AcdEventsID__c"])
    assert [] == sandbox.query(COMMENTS)


def test_update_before_the_first_is_delivered(
    ringback: RunningRingback, sandbox: RunningSandbox, event_id: int
) -> None:
    """While the first version waits its update waits, too, and follows it."""
    sandbox.fault("unavailable", share=1)
    first = ringback.post(callback(event_id))
    update = ringback.post(callback(event_id, Body="Please call me after four."))
    sandbox.clear_faults()
    ringback.wait_for("delivered")

    assert ["queued", "queued"] == [first.body["status"], update.body["status"]]
    assert 1 == len(sandbox.query(CASES))
    assert 1 == len(sandbox.query(COMMENTS))


def test_refused_is_attempted_again(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A repeat of what was refused tries at once, and succeeds when the org has been mended."""
    sandbox.org("add-field", object="Case", field="Reason__c", type="string", length=40, required=True)
    refused = [ringback.post(callback(event_id)) for _ in range(2)]
    sandbox.org("drop-field", object="Case", field="Reason__c")
    mended = ringback.post(callback(event_id))

    assert [(500, "required_field_missing")] * 2 == [(one.status, one.body["reason"]) for one in refused]
    assert (200, "created") == (mended.status, mended.body["status"])
    assert [("delivered", 3)] == [(one["state"], one["attempts"]) for one in ringback.entries()]


def test_ten_at_once_while_salesforce_is_slow(
    ringback: RunningRingback, sandbox: RunningSandbox, event_id: int
) -> None:
    """Repeats that arrive during the first attempt wait for it and take its Case: one call creates, none repeats."""
    ringback.post(callback(event_id + 1_000_000))
    sandbox.fault("latency", next=1, seconds=0.5, match="composite")
    before = sandbox.calls()["total"]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: ringback.post(callback(event_id)), range(10)))

    assert ["created"] + ["existing"] * 9 == sorted(one.body["status"] for one in answers)
    assert 1 == sandbox.calls()["total"] - before


def test_slow_first_attempt_is_promised(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A first attempt that outlives the deadline is answered `queued`, and what it does in the end is kept."""
    sandbox.fault("latency", next=1, seconds=3, match="composite")
    first = ringback.post(callback(event_id))
    repeat = ringback.post(callback(event_id))
    (entry,) = ringback.wait_for("delivered")

    assert ("queued", "crm_timeout") == (first.body["status"], first.body["reason"])
    assert repeat.body["status"] in ("queued", "existing")
    assert 1 == len(sandbox.query(CASES))
    assert entry["promised"]


def test_invalid_is_kept(ringback: RunningRingback) -> None:
    """What could not be understood is in the ledger with what was said and the event that it names; a stranger's
    request is not.
    """
    bodies = (b'{"AcdEventsID": 1,', b'{"AcdEventsID": 2, "Body": "' + b"x" * 100_000, b"AcdEventsID=3")
    answers = [ringback.post(body).body for body in bodies]
    said, ids = ([one[name] for one in answers] for name in ("message", "requestId"))
    ringback.post(b"{}", secret="wrong")

    expected = [(",1,", "json_broken"), (",2,", "body_too_large"), (",3,", "number_missing")]

    assert expected == [(one["invalid_event_ids"], one["reason"]) for one in ringback.entries()]
    assert said == [one["message"] for one in ringback.entries()]
    assert {"invalid"} == {one["state"] for one in ringback.entries()}
    lines = [line for line in ringback.log_lines() if line.get("event") == "request"]
    assert said == [line["message"] for line in lines if line["request_id"] in ids]


def test_source_that_wants_no_queue(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """With `when_crm_is_away: refuse` a callback that surely was not written is given back with a 500."""
    sandbox.fault("daily_limit", share=1)
    answer = ringback.post(callback(event_id), "/callbacks/strict", secret="stricts-own-secret")
    sandbox.clear_faults()

    assert (500, "refused", "api_limit") == (answer.status, answer.body["status"], answer.body["reason"])
    assert ["refused"] == [one["state"] for one in ringback.entries()]


def test_unknown_outcome_is_never_refused(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Also a source that wants no queue hears `queued` when the Case may exist; then it is found, not made again."""
    sandbox.fault("reset_after", next=2, match="POST /services/data")
    answer = ringback.post(callback(event_id), "/callbacks/strict", secret="stricts-own-secret")
    ringback.wait_for("delivered")

    assert 200 == answer.status
    assert 1 == len(sandbox.query(CASES))

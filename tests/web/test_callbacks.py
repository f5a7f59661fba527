"""The whole way over real HTTP: jtel's request in, a Case in Salesforce, the answer back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

EXAMPLES = Path(__file__).parents[2] / "examples"
SELECT = "SELECT Id, CaseNumber, Subject, Description, SuppliedPhone, Origin, OwnerId, jtel_AcdEventsID__c FROM Case"


def callback(event_id: int, **fields: object) -> dict[str, object]:
    """A small callback as jtel v4 sends it."""
    return {"AcdEventsID": event_id, "CallbackNumber": "4930901820", **fields}


def test_creates_a_case(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A callback becomes a Case whose id and number stand in a small flat answer."""
    answer = ringback.post(callback(event_id))

    (case,) = sandbox.query(SELECT)
    request_id = answer.body.pop("requestId")
    expected = {
        "status": "created",
        "caseId": case["Id"],
        "caseNumber": case["CaseNumber"],
        "acdEventsId": event_id,
        "rule": "everyone-else",
        "sandbox": True,
    }

    assert (200, expected) == (answer.status, answer.body)
    assert request_id
    assert f"default-{event_id}" == case["jtel_AcdEventsID__c"]
    assert "+4930901820" == case["SuppliedPhone"]


def test_repeat_is_recognised(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """The same event again answers 200 with the same Case and makes no other."""
    first = ringback.post(callback(event_id))
    second = ringback.post(callback(event_id))

    assert ("created", "existing") == (first.body["status"], second.body["status"])
    assert 200 == second.status
    assert first.body["caseId"] == second.body["caseId"]
    assert first.body["caseNumber"] == second.body["caseNumber"]
    assert 1 == len(sandbox.query(SELECT))


def test_ten_at_once_make_one_case(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Ten requests for one event at the same moment all answer 200 with one id, and one of them created it."""
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: ringback.post(callback(event_id)), range(10)))

    assert [200] * 10 == [answer.status for answer in answers]
    assert 1 == len({answer.body["caseId"] for answer in answers})
    assert ["created"] + ["existing"] * 9 == sorted(answer.body["status"] for answer in answers)
    assert 1 == len(sandbox.query(SELECT))


def test_sources_do_not_share_events(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """The same event id of two sources is two events."""
    ringback.post(callback(event_id))
    ringback.post(callback(event_id), "/callbacks/berlin-2", secret="berlins-own-secret")

    expected = [f"berlin-2-{event_id}", f"default-{event_id}"]

    assert expected == sorted(case["jtel_AcdEventsID__c"] for case in sandbox.query(SELECT))


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_takes_every_form(ringback: RunningRingback, sandbox: RunningSandbox, path: Path) -> None:
    """An example of each form makes a Case of the same caller, called service, words and group."""
    raw = path.read_bytes().strip()
    answer = ringback.post(path="/callbacks?" + raw.decode()) if path.suffix == ".query" else ringback.post(raw)

    (case,) = sandbox.query(SELECT)

    assert (200, "b2b") == (answer.status, answer.body["rule"])
    assert "+4930901820" == case["SuppliedPhone"]
    assert "+49308322110" in case["Description"]
    assert "about the offer.\nI am in the office until 17:00." in case["Description"]


def test_queue_becomes_owner(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A rule's queue owns the Case, and Salesforce is told not to assign it to another."""
    ringback.post(callback(event_id, AcdGroupsForeignSystemID="SERVICE_B2B"))

    (case,) = sandbox.query(SELECT)
    (queue,) = sandbox.query("SELECT Id FROM Group WHERE Name = 'B2B Support'")

    assert queue["Id"] == case["OwnerId"]


def test_refusal_names_the_fix(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """What a rule or Salesforce refuses for this callback is a 500 with a reason and what to mend."""
    answer = ringback.post(callback(event_id, AcdGroupsForeignSystemID="NEEDS_SUBJECT"))

    assert (500, "refused", "required_value_empty") == (answer.status, answer.body["status"], answer.body["reason"])
    assert "Subject" in answer.body["message"]
    assert [] == sandbox.query(SELECT)


@pytest.mark.parametrize(("group", "reason"), [("LOST_QUEUE", "queue_not_found"), ("BAD_FIELD", "field_unknown")])
def test_trouble_of_a_rule_loses_nobody(
    ringback: RunningRingback, sandbox: RunningSandbox, event_id: int, group: str, reason: str
) -> None:
    """A mistake in a rule pauses that rule: its callbacks wait until the org or the rule is mended; others go on."""
    answer = ringback.post(callback(event_id, AcdGroupsForeignSystemID=group))
    next_one = ringback.post(callback(event_id + 600_000, AcdGroupsForeignSystemID=group))
    other = ringback.post(callback(event_id + 700_000))
    if group == "LOST_QUEUE":
        sandbox.org("rename-queue", queue="Callbacks", name="No Such Queue")
    else:
        sandbox.org("add-field", object="Case", field="NoSuchField__c", type="string", length=80)
    ringback.wait_for("delivered")

    assert [(200, "queued", reason)] * 2 == [
        (one.status, one.body["status"], one.body["reason"]) for one in (answer, next_one)
    ]
    assert "created" == other.body["status"]
    assert 3 == len(sandbox.query(SELECT))


def test_unknown_link_is_dropped(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A linked record that the org does not have costs the link and not the Case."""
    answer = ringback.post(callback(event_id, SalesforceId="003000000000001"))

    assert (200, "created", "ContactId") == (answer.status, answer.body["status"], answer.body["dropped"])

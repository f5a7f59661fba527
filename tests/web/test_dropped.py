"""A callback is worth more than a field: the org does not take something, the Case is there all the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.ringback import Answer, RunningRingback
from tests.support.sandbox import RunningSandbox

CASES = "SELECT Id, Subject, Description, Origin, Priority, Owner.Name, jtel_AcdEventsID__c FROM Case"
INTEGRATION = "integration@sandbox.example"


@pytest.fixture(scope="module")
def shared_dropping(
    shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningRingback]:
    environment = {"WEB_CONCURRENCY": "1", "RINGBACK_CONFIG": str(Path(__file__).with_name("dropping.yaml"))}
    log = tmp_path_factory.mktemp("dropping") / "log"
    with RunningRingback(shared_sandbox.url, log, {**environment, "RINGBACK_PACE": "1"}) as running:
        yield running


@pytest.fixture
def dropping(shared_dropping: RunningRingback, sandbox: RunningSandbox) -> RunningRingback:
    """A Ringback with a rule for each trouble, in front of a clean sandbox."""
    shared_dropping.reset()
    return shared_dropping


def send(ringback: RunningRingback, event_id: int, group: str = "", **fields: Any) -> Answer:
    body = {"AcdEventsID": event_id, "CallbackNumber": "4930901820", "Body": "About the offer.", **fields}
    return ringback.post({**body, "AcdGroupsForeignSystemID": group})


def why(ringback: RunningRingback) -> list[str | None]:
    """What the ledger keeps of what was dropped."""
    return [one["dropped"] for one in ringback.entries()]


def check(
    ringback: RunningRingback, sandbox: RunningSandbox, answer: Answer, field: str, reason: str
) -> dict[str, Any]:
    """The Case is there without this field, the answer says so, the ledger why; returns the Case."""
    (case,) = sandbox.query(CASES)
    found: dict[str, Any] = case

    assert (200, "created", field) == (answer.status, answer.body["status"], answer.body.get("dropped"))
    assert case["Id"] == answer.body["caseId"]
    assert [f'[{{"field": "{field}", "reason": "{reason}"}}]'] == why(ringback)
    assert "About the offer." in case["Description"]
    assert f"({reason})" in case["Description"]
    return found


def test_picklist_value_that_was_removed(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """The Case has the org's default in its place, and the agent reads which value was meant."""
    sandbox.org("restrict-picklist", object="Case", field="Priority", values=["Low", "Medium"])
    answer = send(dropping, event_id, "PICKLIST")
    case = check(dropping, sandbox, answer, "Priority", "picklist_value_rejected")
    repeat = send(dropping, event_id, "PICKLIST")

    assert "Medium" == case["Priority"]
    assert "Priority: High" in case["Description"]
    assert ("existing", "Priority") == (repeat.body["status"], repeat.body["dropped"])


def test_field_that_was_removed(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """The first callback finds it out, and the next one costs a single call; each is told."""
    first = send(dropping, event_id, "FIELD")
    check(dropping, sandbox, first, "Region__c", "field_unknown")
    before = sandbox.calls()["total"]
    second = send(dropping, event_id + 1_000_000, "FIELD")
    calls = sandbox.calls()["total"] - before

    assert ("created", "Region__c", 1) == (second.body["status"], second.body["dropped"], calls)
    assert why(dropping)[0] == why(dropping)[1]
    assert 1 == sum(line["event"] == "field_dropped" and line["rule"] == "field" for line in dropping.log_lines())


def test_queue_that_was_renamed(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Without its owner the Case goes where the org's assignment rule wants it, and no callback of the rule waits."""
    sandbox.org("rename-queue", queue="Callbacks", name="Rückrufe")
    answer = send(dropping, event_id, "QUEUE")
    case = check(dropping, sandbox, answer, "OwnerId", "queue_not_found")

    assert "Default Case Queue" == case["Owner"]["Name"]
    assert "OwnerId: queue Callbacks" in case["Description"]


def test_field_that_the_user_may_not_write(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Field-level security costs the field."""
    sandbox.org("field-access", user=INTEGRATION, object="Case", field="Reason", access="read")
    answer = send(dropping, event_id, "ACCESS")

    check(dropping, sandbox, answer, "Reason", "field_not_writable")


def test_text_that_is_too_long(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """What does not fit a field of the org's own is cut, the description has all of it; the next one costs one call."""
    sandbox.org("add-field", object="Case", field="Wish__c", type="string", length=10)
    answer = send(dropping, event_id, "LONG", Subject="A much longer wish", Body="About the offer. 😀")
    before = sandbox.calls()["total"]
    second = send(dropping, event_id + 1_000_000, "LONG", Subject="Another long wish")
    calls = sandbox.calls()["total"] - before

    first, other = sandbox.query("SELECT Wish__c, Description FROM Case ORDER BY CaseNumber")
    assert [("created", None)] * 2 == [(one.body["status"], one.body.get("dropped")) for one in (answer, second)]
    assert ("A much lo…", "Another l…", 1) == (first["Wish__c"], other["Wish__c"], calls)
    assert "Subject: A much longer wish" in first["Description"]
    assert ["Wish__c"] == [line["field"] for line in dropping.log_lines() if line["event"] == "field_cut"]


@pytest.mark.parametrize("said", ["😀", "Zeile\n", "ä", "x "], ids=["emoji", "line breaks", "umlauts", "letters"])
def test_long_speech(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int, said: str) -> None:
    """What a caller says at length fits as Salesforce counts it: one call, nothing dropped, no text empty."""
    send(dropping, event_id)
    before = sandbox.calls()["total"]
    much = said * (50_000 // len(json.dumps(said)))
    answer = send(dropping, event_id + 1_000_000, "SPEECH", Subject=said * 300, Body=much)
    calls = sandbox.calls()["total"] - before

    case = sandbox.query("SELECT Subject, Description, SuppliedName FROM Case ORDER BY CaseNumber")[-1]
    assert ("created", None, 1) == (answer.body["status"], answer.body.get("dropped"), calls)
    assert [said.strip()] * 3 == [
        case[name][: len(said.strip())] for name in ("Subject", "Description", "SuppliedName")
    ]


@pytest.mark.parametrize("field", ["Subject", "Description"])
@pytest.mark.parametrize("times", [1, 3])
def test_counted_in_another_way(
    dropping: RunningRingback, sandbox: RunningSandbox, event_id: int, field: str, times: int
) -> None:
    """However an org counts, a part of what the caller said is there, and the rule's other fields are."""
    message = f"{field}: data value too large: … (max length=255)"
    parameters = {"code": "STRING_TOO_LONG", "message": message, "fields": [field], "match": "sobjects/Case"}
    sandbox.fault("error", next=times, **parameters)
    answer = send(dropping, event_id)

    (case,) = sandbox.query(CASES)
    assert ("created", None) == (answer.body["status"], answer.body.get("dropped"))
    assert "Phone" == case["Origin"]
    assert case["Subject"].startswith("C")
    assert case["Description"].startswith("C")


def test_owner_who_has_left(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """An inactive user does not get the Case, and nobody waits for it."""
    (former,) = sandbox.query("SELECT Id FROM User WHERE Alias = 'pformer'")
    answer = send(dropping, event_id, "OWNER", Subject=former["Id"])

    check(dropping, sandbox, answer, "OwnerId", "owner_inactive")


def test_several_fields(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Several fields with troubles of their own are all named, with a blank after each comma."""
    sandbox.org("restrict-picklist", object="Case", field="Priority", values=["Low", "Medium"])
    sandbox.org("field-access", user=INTEGRATION, object="Case", field="Reason", access="read")
    answer = send(dropping, event_id, "SEVERAL")

    assert (200, "created") == (answer.status, answer.body["status"])
    assert {"Priority", "Reason", "Region__c"} == set(answer.body["dropped"].split(", "))
    assert 1 == len(sandbox.query(CASES))


def test_template_that_fails(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A value that cannot be made costs the field, and the log says where to mend the rule."""
    answer = send(dropping, event_id, "TEMPLATE", Subject="heavy")
    case = check(dropping, sandbox, answer, "Weight__c", "mapping_failed")
    (line,) = (line for line in dropping.log_lines() if line["event"] == "field_failed")

    assert "High" == case["Priority"]
    assert "fields.Weight__c" in line["message"]
    assert "heavy" not in line["message"]


def test_template_that_fails_and_a_refusal(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """What was never sent is told beside what the rescue was made without."""
    sandbox.org("validation-rule", object="Case", message="Not by phone", when="Origin = 'Phone'")
    answer = send(dropping, event_id, "TEMPLATE", Subject="heavy")
    (case,) = sandbox.query(CASES)

    assert {"Weight__c", "Priority", "Origin", "SuppliedPhone"} == set(answer.body["dropped"].split(", "))
    assert "Weight__c: (mapping_failed)" in case["Description"]


def test_validation_rule(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A validation rule that names no field leaves the rescue Case: subject, description, external id."""
    sandbox.org("validation-rule", object="Case", message="Not by phone", when="Origin = 'Phone'")
    answer = send(dropping, event_id)
    (case,) = sandbox.query(CASES)

    assert (200, "created", "Origin, SuppliedPhone") == (
        answer.status,
        answer.body["status"],
        answer.body["dropped"],
    )
    assert (None, f"default-{event_id}") == (case["Origin"], case["jtel_AcdEventsID__c"])
    assert "About the offer." in case["Description"]
    assert "Origin: Phone (validation_rule)\nSuppliedPhone: +4930901820 (validation_rule)" in case["Description"]


def test_validation_rule_that_nothing_satisfies(
    dropping: RunningRingback, sandbox: RunningSandbox, event_id: int
) -> None:
    """When the rescue is refused as well the answer is the refusal, as its author wrote it."""
    sandbox.org("validation-rule", object="Case", message="No callbacks at all")
    answer = send(dropping, event_id)

    assert (500, "refused", "validation_rule") == (answer.status, answer.body["status"], answer.body["reason"])
    assert "No callbacks at all" in answer.body["message"]
    assert [] == sandbox.query(CASES)
    (entry,) = dropping.entries()
    lines = [line for line in dropping.log_lines() if line.get("event_id") == str(event_id)]
    assert answer.body["message"] == entry["message"]
    assert [("attempt", answer.body["message"]), ("request", answer.body["message"])] == [
        (line["event"], line["message"]) for line in lines
    ]


def test_field_that_the_org_requires(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A field that the rule does not set cannot be dropped: the answer names it."""
    sandbox.org("require-field", object="Case", field="Reason")
    answer = send(dropping, event_id)

    assert (500, "required_field_missing") == (answer.status, answer.body["reason"])
    assert "Reason" in answer.body["message"]
    assert [None] == why(dropping)


def test_required_field_that_the_org_does_not_take(
    dropping: RunningRingback, sandbox: RunningSandbox, event_id: int
) -> None:
    """A value that the org refuses in a field that it requires: the answer names the value, not a missing field."""
    sandbox.org("require-field", object="Case", field="Reason")
    sandbox.org("restrict-picklist", object="Case", field="Reason", values=["Feedback"])
    answer = send(dropping, event_id, "VALUE")

    assert (500, "picklist_value_rejected") == (answer.status, answer.body["reason"])
    assert [] == sandbox.query(CASES)


def test_answers_that_are_lost(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """While answers get lost after the commit a reduced record is made once, and what was dropped is known."""
    sandbox.org("restrict-picklist", object="Case", field="Priority", values=["Low", "Medium"])
    sandbox.fault("reset_after", share=0.7, match="composite")
    for number in range(5):
        assert 200 == send(dropping, event_id + number * 1_000_000, "PICKLIST").status
    sandbox.clear_faults()
    dropping.wait_for("delivered")

    assert 5 == len(sandbox.query(CASES))
    assert ['[{"field": "Priority", "reason": "picklist_value_rejected"}]'] * 5 == why(dropping)


def test_no_call_more_when_all_is_well(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A callback of which nothing is dropped says nothing of it and costs one call."""
    send(dropping, event_id)
    before = sandbox.calls()["total"]
    answer = send(dropping, event_id + 1_000_000)

    assert "dropped" not in answer.body
    assert 1 == sandbox.calls()["total"] - before


def test_caller_who_asks_again(dropping: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """With `merge` the second event of a number is a comment on the first one's Case, however often it is sent."""
    first = send(dropping, event_id, "MERGING")
    answers = [send(dropping, event_id + 1_000_000, "MERGING", Body="It is urgent.") for _ in range(2)]
    (comment,) = sandbox.query("SELECT ParentId, CommentBody FROM CaseComment")

    assert ["created", "updated", "existing"] == [one.body["status"] for one in (first, *answers)]
    assert {first.body["caseId"]} == {one.body["caseId"] for one in answers} == {comment["ParentId"]}
    assert "It is urgent." in comment["CommentBody"]
    assert 1 == len(sandbox.query(CASES))

"""What the admins of an org do to it."""

import pytest
import requests

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox


def test_a_dropped_field_is_unknown(rest: Rest, sandbox: RunningSandbox) -> None:
    """Captured: INVALID_FIELD for a field the org does not have; as an address it is NOT_FOUND."""
    sandbox.org("drop-field", object="Case", field=EXTERNAL_ID)
    error = rest.refuses("POST", "sobjects/Case", {EXTERNAL_ID: "1"})[1]
    assert error["message"] == f"No such column '{EXTERNAL_ID}' on sobject of type Case"
    assert rest.upsert("1", {}).status_code == 404


def test_a_required_field(rest: Rest, sandbox: RunningSandbox) -> None:
    """Seen live: REQUIRED_FIELD_MISSING names it."""
    sandbox.org("require-field", object="Case", field="Reason")
    assert rest.refuses("POST", "sobjects/Case", {})[1]["fields"] == ["Reason"]
    rest.create(Reason="Other")


def test_a_queue_is_added(rest: Rest, sandbox: RunningSandbox) -> None:
    """It is found by both its names, and owns what it was given; what it has it keeps, and gets more."""
    sandbox.org("add-queue", queue="Rückruf / Nacht")
    queue = rest.query("SELECT Id, Name FROM Group WHERE DeveloperName = 'R_ckruf_Nacht'")["records"][0]
    assert queue["Name"] == "Rückruf / Nacht"
    case = rest.create(OwnerId=queue["Id"])
    assert rest.case(case)["OwnerId"] == queue["Id"]
    assert rest.refuses("POST", "sobjects/Lead", {"LastName": "x", "Company": "y", "OwnerId": queue["Id"]})[0] == 400

    sandbox.org("add-queue", queue="Rückruf / Nacht", objects=["Case", "Task"])
    owned = rest.query(f"SELECT SobjectType FROM QueueSobject WHERE QueueId = '{queue['Id']}'")["records"]
    assert [row["SobjectType"] for row in owned] == ["Case", "Task"]


def test_a_renamed_queue_keeps_its_id(rest: Rest, sandbox: RunningSandbox) -> None:
    """A queue is known by its id; who looks for the old name finds nothing."""
    queue = rest.id_of("Group", "B2B Support")
    sandbox.org("rename-queue", queue="B2B Support", name="Business")
    assert rest.id_of("Group", "Business") == queue
    assert rest.query("SELECT Id FROM Group WHERE Name = 'B2B Support'")["records"] == []


def test_a_deleted_queue_is_gone(rest: Rest, sandbox: RunningSandbox) -> None:
    """It cannot be found, owns nothing, and no QueueSobject speaks of it."""
    queue = rest.id_of("Group", "B2B Support")
    sandbox.org("delete-queue", queue="B2B Support")
    assert rest.query("SELECT Id FROM Group WHERE Name = 'B2B Support'")["records"] == []
    assert rest.query(f"SELECT Id FROM QueueSobject WHERE QueueId = '{queue}'")["records"] == []
    assert rest.refuses("POST", "sobjects/Case", {"OwnerId": queue})[1]["errorCode"] == "ENTITY_IS_DELETED"


def test_a_queue_owns_only_its_objects(rest: Rest, sandbox: RunningSandbox) -> None:
    """Seen live: a queue that Cases were taken from cannot own one."""
    queue = rest.id_of("Group", "Callbacks")
    sandbox.org("drop-queue-object", queue="Callbacks", object="Case")
    assert rest.refuses("POST", "sobjects/Case", {"OwnerId": queue})[1]["errorCode"] == "INVALID_OPERATION"
    rest.call("POST", "sobjects/Task", {"OwnerId": queue})


def test_a_picklist_loses_a_value(rest: Rest, sandbox: RunningSandbox) -> None:
    """An unrestricted picklist goes on taking it; a restricted one does not."""
    sandbox.org("drop-picklist-value", object="Case", field="Origin", value="Phone")
    rest.create(Origin="Phone")
    sandbox.org("restrict-picklist", object="Case", field="Priority", values=["High", "Low"])
    sandbox.org("drop-picklist-value", object="Case", field="Priority", value="High")
    error = rest.refuses("POST", "sobjects/Case", {"Priority": "High"})[1]
    assert error["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


@pytest.mark.parametrize("wish", [{"change": "delete-queue", "queue": "No"},
                                  {"change": "drop-queue-object", "queue": "Callbacks", "object": "Lead"},
                                  {"change": "drop-picklist-value", "object": "Case", "field": "Origin",
                                   "value": "x"}])  # fmt: skip
def test_what_is_not_there_cannot_be_taken_away(sandbox: RunningSandbox, wish: object) -> None:
    """The control endpoint names it."""
    answer = requests.post(f"{sandbox.url}/sandbox/org", json=wish, timeout=PATIENCE)
    assert answer.status_code == 400
    assert "no" in answer.json()["error"]


def test_a_deactivated_user_cannot_own(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official: INACTIVE_OWNER_OR_USER."""
    user = rest.id_of("User", "Jonas Weiß")
    sandbox.org("deactivate-user", user="jweiss")
    assert rest.refuses("POST", "sobjects/Case", {"OwnerId": user})[1]["errorCode"] == "INACTIVE_OWNER_OR_USER"


def test_an_admin_edits_what_the_api_only_reads(rest: Rest, sandbox: RunningSandbox) -> None:
    """A user gets another alias and is found by it from then on."""
    user = rest.id_of("User", "Jonas Weiß")
    sandbox.org("edit-record", record=user, Alias="jw")
    assert rest.query("SELECT Id FROM User WHERE Alias = 'jw'")["records"][0]["Id"] == user


def test_a_case_is_closed_by_an_agent(rest: Rest, sandbox: RunningSandbox) -> None:
    """By number or by id."""
    case = rest.case(rest.create())
    sandbox.org("close-case", case=case["CaseNumber"])
    assert rest.case(case["Id"])["IsClosed"] is True


def test_validation_rules(rest: Rest, sandbox: RunningSandbox) -> None:
    """Captured: FIELD_CUSTOM_VALIDATION_EXCEPTION with the admin's own text, on create and on update."""
    sandbox.org("validation-rule", object="Case", when="Origin = 'Phone' AND Subject = null", message="Say why.",
                field="Subject")  # fmt: skip
    record_id = rest.create(Origin="Phone", Subject="x")
    rest.create(Origin="Email")
    want = {"message": "Say why.", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Subject"]}
    assert rest.refuses("POST", "sobjects/Case", {"Origin": "Phone"}) == (400, want)
    assert rest.refuses("PATCH", f"sobjects/Case/{record_id}", {"Subject": None}) == (400, want)


@pytest.mark.parametrize("wish", [{"change": "magic"},
                                  {"change": "add-queue", "queue": "x", "objects": ["Contact"]},
                                  {"change": "drop-field", "object": "Case", "field": "No"},
                                  {"change": "drop-field"}, {"change": "setting", "nonsense": 1},
                                  {"change": "jwt-key", "public_key": "x"}, [],
                                  {"change": "edit-record", "record": "005Rb0000000001IAA", "No": "x"},
                                  {"change": "edit-record", "record": "x", "Alias": "x"}])  # fmt: skip
def test_a_change_that_cannot_be_made_is_refused(sandbox: RunningSandbox, wish: object) -> None:
    """The control endpoint says what is wrong."""
    answer = requests.post(f"{sandbox.url}/sandbox/org", json=wish, timeout=PATIENCE)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_reset_restores_everything(rest: Rest, sandbox: RunningSandbox) -> None:
    """Records, org, faults, sessions and the log of calls are as in a fresh org."""
    rest.create(**{EXTERNAL_ID: "1"})
    sandbox.org("drop-field", object="Case", field="Origin")
    sandbox.fault("html", next=5)
    sandbox.reset()
    assert sandbox.faults() == []
    assert sandbox.calls()["total"] == 0
    assert rest.call("GET", "limits").status_code == 401
    rest.log_in()
    assert rest.case(rest.create(Origin="Phone", **{EXTERNAL_ID: "1"}))["CaseNumber"] == "00001001"


def test_an_object_of_the_org_s_own(rest: Rest, sandbox: RunningSandbox) -> None:
    """It can be written, described and owned like all others, and what refers to it takes its records only."""
    sandbox.org("add-object", object="Contract__c", label="Contract")
    sandbox.org("add-field", object="Case", field="Contract__c", type="reference", references="Contract__c")
    sandbox.org("add-queue", queue="Contracts", objects=["Contract__c"])
    queue = rest.id_of("Group", "Contracts")
    contract = rest.call("POST", "sobjects/Contract__c", {"Name": "One", "OwnerId": queue}).json()["id"]
    case = rest.create(Contract__c=contract)

    assert rest.call("GET", "sobjects/Contract__c/describe").json()["label"] == "Contract"
    assert rest.query("SELECT Contract__r.Name FROM Case")["records"][0]["Contract__r"]["Name"] == "One"
    assert rest.refuses("POST", "sobjects/Case", {"Contract__c": case})[0] == 400


@pytest.mark.parametrize("name", ["Contract", "Con tract__c", "Case", "Known__c"])
def test_no_object_of_the_org_s_own(sandbox: RunningSandbox, name: str) -> None:
    """Its name ends in __c, and is not taken."""
    sandbox.org("add-object", object="Known__c")
    refused = requests.post(
        f"{sandbox.url}/sandbox/org", json={"change": "add-object", "object": name}, timeout=PATIENCE
    )
    assert refused.status_code == 400

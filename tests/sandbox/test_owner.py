"""Who owns a Case: OwnerId, assignment rules, duplicate rules (Salesforce REST guide: headers)."""

import pytest

from tests.sandbox.rest import Rest
from tests.support.sandbox import RunningSandbox


def owner_of(rest: Rest, record_id: str) -> str:
    row = rest.query(f"SELECT Owner.Name FROM Case WHERE Id = '{record_id}'")["records"][0]
    return str(row["Owner"]["Name"])


def test_without_the_header_the_rule_takes_the_case(rest: Rest) -> None:
    """Official (Assignment Rule header): TRUE is the default, and beats the OwnerId that was sent."""
    queue = rest.id_of("Group", "B2B Support")
    for auto in ("", "TRUE", "true"):
        assert owner_of(rest, rest.create(auto_assign=auto, OwnerId=queue)) == "Default Case Queue"


def test_false_leaves_the_owner_alone(rest: Rest) -> None:
    """Official: FALSE runs no rule: the queue that was sent, a user, or the running user."""
    queue, user = rest.id_of("Group", "B2B Support"), rest.id_of("User", "Anna Berger")
    assert owner_of(rest, rest.create(OwnerId=queue)) == "B2B Support"
    assert owner_of(rest, rest.create(OwnerId=user)) == "Anna Berger"
    assert owner_of(rest, rest.create()) == "Ringback Integration"


def test_an_update_moves_the_owner_too(rest: Rest) -> None:
    """Official (KA 000395506): the header's default holds for updates as well."""
    record_id = rest.create(OwnerId=rest.id_of("Group", "B2B Support"))
    rest.call("PATCH", f"sobjects/Case/{record_id}", {"Priority": "Low"}, headers={"Sforce-Auto-Assign": "FALSE"})
    assert owner_of(rest, record_id) == "B2B Support"
    rest.call("PATCH", f"sobjects/Case/{record_id}", {"Priority": "High"})
    assert owner_of(rest, record_id) == "Default Case Queue"


def test_only_an_inactive_rule_means_the_default_owner(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official (KA 000395506): even then the default moves the owner."""
    sandbox.org("assignment-rule", queue="Callbacks", active=False)
    assert owner_of(rest, rest.create(auto_assign="TRUE")) == "Default Case Queue"
    sandbox.org("assignment-rule", queue=None)
    assert owner_of(rest, rest.create(auto_assign="TRUE")) == "Ringback Integration"


def test_a_rule_may_be_named_by_its_id(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official: the header takes an AssignmentRule id; a wrong one is INVALID_ASSIGNMENT_RULE."""
    sandbox.org("assignment-rule", queue="Callbacks", active=False)
    rule = rest.query("SELECT Id FROM AssignmentRule")["records"][0]["Id"]
    assert owner_of(rest, rest.create(auto_assign=rule)) == "Callbacks"
    for wrong in ("01QRb0000000zzz", "nonsense"):
        headers = {"Sforce-Auto-Assign": wrong}
        status, error = rest.refuses("POST", "sobjects/Case", {}, headers=headers)
        assert (status, error["errorCode"]) == (400, "INVALID_ASSIGNMENT_RULE")


@pytest.mark.parametrize(("action", "allowed"), [("alert", True), ("block", False)])
def test_a_duplicate_rule(rest: Rest, sandbox: RunningSandbox, action: str, allowed: bool) -> None:
    """Official (Duplicate Rule header): allowSave gets past an alert, not past a block. The key of the
    detail is misspelt in captured answers."""
    sandbox.org("duplicate-rule", field="SuppliedPhone", action=action)
    first = rest.create(SuppliedPhone="+4930123456")
    status, error = rest.refuses("POST", "sobjects/Case", {"SuppliedPhone": "+4930123456"})
    assert (status, error["errorCode"], error["message"]) == (400, "DUPLICATES_DETECTED", "Use one of these records?")
    detail = error["duplicateResut"]
    assert detail["allowSave"] is allowed
    assert detail["matchResults"][0]["matchRecords"][0]["record"]["Id"] == first
    headers = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=false"}
    again = rest.call("POST", "sobjects/Case", {"SuppliedPhone": "+4930123456"}, headers=headers)
    assert again.status_code == (201 if allowed else 400)
    sandbox.org("setting", duplicate_result_key="duplicateResult")
    error = rest.refuses("POST", "sobjects/Case", {"SuppliedPhone": "+4930123456"})[1]
    assert error["duplicateResult"] == {**detail, "matchResults": error["duplicateResult"]["matchResults"]}


def test_allow_save_does_not_help_against_the_unique_index(rest: Rest, sandbox: RunningSandbox) -> None:
    """Known of real orgs: DUPLICATE_VALUE is no duplicate rule."""
    rest.create(jtel_AcdEventsID__c="1")
    headers = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    error = rest.refuses("POST", "sobjects/Case", {"jtel_AcdEventsID__c": "1"}, headers=headers)[1]
    assert error["errorCode"] == "DUPLICATE_VALUE"

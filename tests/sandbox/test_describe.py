"""Describe, global and per object (Salesforce REST guide: describe)."""

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.sandbox import RunningSandbox


def test_the_org_lists_its_objects(rest: Rest) -> None:
    """Official (describe global): names, key prefixes, what can be done."""
    listed = {o["name"]: o for o in rest.get("sobjects")["sobjects"]}
    prefixes = {n: listed[n]["keyPrefix"] for n in ("Case", "Contact", "Account", "Lead", "User", "Group", "Task")}
    assert prefixes == {"Case": "500", "Contact": "003", "Account": "001", "Lead": "00Q", "User": "005",
                        "Group": "00G", "Task": "00T"}  # fmt: skip
    assert {"RecordType", "CaseComment", "PermissionSet", "Organization", "AssignmentRule"} <= set(listed)
    assert (listed["Case"]["createable"], listed["Group"]["createable"]) == (True, False)
    assert rest.get("sobjects/Case")["objectDescribe"]["urls"]["describe"].endswith("/sobjects/Case/describe")


def test_a_field_tells_what_a_mapping_needs_to_know(rest: Rest) -> None:
    """Official (describe): type, length, rules, picklist values and references of each field."""
    fields = {f["name"]: f for f in rest.get("sobjects/Case/describe")["fields"]}
    external = fields[EXTERNAL_ID]
    assert (external["type"], external["length"], external["custom"]) == ("string", 80, True)
    assert external["externalId"]
    assert external["unique"]
    assert external["caseSensitive"]
    assert external["idLookup"]
    assert [v["value"] for v in fields["Priority"]["picklistValues"]] == ["High", "Medium", "Low"]
    assert fields["Status"]["defaultedOnCreate"]
    assert not fields["Origin"]["restrictedPicklist"]
    assert fields["OwnerId"]["referenceTo"] == ["Group", "User"]
    assert fields["ContactId"]["relationshipName"] == "Contact"
    assert not fields["CaseNumber"]["createable"]
    assert fields["CaseNumber"]["autoNumber"]
    assert fields["Subject"]["nillable"]
    assert fields["Description"]["length"] == 32_000


def test_record_types(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official (describe): record types and the master, each with whether it is active and available to the user."""
    sandbox.org("deactivate-record-type", record_type="Support")
    sandbox.org("record-type-access", user="ringback", record_type="Callback", available=False)
    infos = rest.get("sobjects/Case/describe")["recordTypeInfos"]
    assert [i["developerName"] for i in infos] == ["Callback", "Support", "Master"]
    assert [i["master"] for i in infos] == [False, False, True]
    assert [i["active"] for i in infos] == [True, False, True]
    assert [i["available"] for i in infos] == [False, False, True]
    error = rest.refuses("POST", "sobjects/Case", {"RecordTypeId": infos[0]["recordTypeId"]})[1]
    assert error["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"
    sandbox.org("record-type-access", user="ringback", record_type="Callback", available=True)
    rest.create(RecordTypeId=infos[0]["recordTypeId"])


def test_describe_follows_the_org(rest: Rest, sandbox: RunningSandbox) -> None:
    """What an admin changes shows at once."""
    sandbox.org("require-field", object="Case", field="Reason")
    sandbox.org("restrict-picklist", object="Case", field="Origin", values=["Phone"])
    sandbox.org("drop-field", object="Case", field=EXTERNAL_ID)
    fields = {f["name"]: f for f in rest.get("sobjects/Case/describe")["fields"]}
    assert not fields["Reason"]["nillable"]
    assert fields["Origin"]["restrictedPicklist"]
    assert EXTERNAL_ID not in fields


def test_field_level_security_hides_and_closes(rest: Rest, sandbox: RunningSandbox) -> None:
    """Seen live: a field without access cannot be written; hidden ones are not there for reading either."""
    sandbox.org("field-access", user="ringback", object="Case", field="Origin", access="none")
    sandbox.org("field-access", user="ringback", object="Case", field="Reason", access="read")
    fields = {f["name"]: f for f in rest.get("sobjects/Case/describe")["fields"]}
    assert "Origin" not in fields
    assert not fields["Reason"]["createable"]
    status, error = rest.refuses("POST", "sobjects/Case", {"Origin": "Phone", "Reason": "Other"})
    assert (status, error["errorCode"]) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert error["fields"] == ["Origin", "Reason"]
    assert "Origin" not in rest.case(rest.create())
    assert rest.refuses("GET", "query?q=SELECT+Origin+FROM+Case")[1]["errorCode"] == "INVALID_FIELD"


def test_an_object_without_access(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official: NOT_FOUND for an object one may not see; no create for one that is only to be read."""
    sandbox.org("object-access", user="ringback", object="Case", access="read")
    assert rest.refuses("POST", "sobjects/Case", {})[0] == 403
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 0
    sandbox.org("object-access", user="ringback", object="Case", access="none")
    assert rest.refuses("POST", "sobjects/Case", {})[1]["errorCode"] == "NOT_FOUND"
    assert rest.refuses("GET", "query?q=SELECT+Id+FROM+Case")[1]["errorCode"] == "INVALID_TYPE"

"""Creating Cases, and what Salesforce adds by itself."""

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.sandbox import RunningSandbox


def test_a_create_answers_201_with_the_id(rest: Rest) -> None:
    """Official (REST guide: create a record): body and Location; with and without a slash at the end."""
    for path in ("sobjects/Case", "sobjects/Case/"):
        answer = rest.call("POST", path, {"Subject": "Hello"})
        record_id = answer.json()["id"]
        assert answer.status_code == 201
        assert answer.json() == {"id": record_id, "success": True, "errors": []}
        assert answer.headers["Location"] == f"/services/data/v66.0/sobjects/Case/{record_id}"
        assert len(record_id) == 18
        assert record_id.startswith("500")


def test_defaults_and_numbers(rest: Rest) -> None:
    """Official (object reference: Case): Status, Priority and OwnerId default, CaseNumber is assigned."""
    first, second = rest.case(rest.create(Subject="a")), rest.case(rest.create(Subject="b"))
    assert (first["CaseNumber"], second["CaseNumber"]) == ("00001001", "00001002")
    assert (first["Status"], first["Priority"], first["IsClosed"]) == ("New", "Medium", False)
    assert first["OwnerId"] == first["CreatedById"] == rest.id_of("User", "Ringback Integration")
    assert first["CreatedDate"].endswith("+0000")


def test_the_account_follows_from_the_contact(rest: Rest) -> None:
    """A Case gets the account of its contact, and shows the contact's numbers."""
    contact = rest.get("sobjects/Contact/CustomerNo__c/P-2001")
    case = rest.case(rest.create(ContactId=contact["Id"]))
    assert case["AccountId"] == contact["AccountId"]
    assert (case["ContactPhone"], case["ContactEmail"]) == (contact["Phone"], contact["Email"])


def test_a_parent_may_be_named_by_its_external_id(rest: Rest) -> None:
    """Official (relationships by foreign key): the nested object holds the external id alone."""
    case = rest.case(rest.create(Contact={"CustomerNo__c": "P-2003"}))
    assert case["ContactId"] == rest.get("sobjects/Contact/CustomerNo__c/P-2003")["Id"]
    status, error = rest.refuses("POST", "sobjects/Case", {"Contact": {"CustomerNo__c": "P-9"}})
    assert (status, error["errorCode"]) == (400, "INVALID_FIELD")
    assert error["message"] == "Foreign key external ID: P-9 not found for field CustomerNo__c in entity Contact"
    two = {"Contact": {"CustomerNo__c": "P-2003", "LastName": "x"}}
    assert rest.refuses("POST", "sobjects/Case", two)[1]["message"].startswith("More than 1 field provided")


def test_comments_become_a_case_comment(rest: Rest) -> None:
    """Official (object reference: Case): Comments is write-only and inserts a CaseComment."""
    record_id = rest.create(Subject="x", Comments="Please call back")
    rows = rest.query(f"SELECT CommentBody FROM CaseComment WHERE ParentId = '{record_id}'")["records"]
    assert [row["CommentBody"] for row in rows] == ["Please call back"]
    assert rest.case(record_id)["Comments"] is None


def test_a_closed_status_closes(rest: Rest) -> None:
    """IsClosed follows Status."""
    record_id = rest.create(Status="Closed")
    assert rest.case(record_id)["IsClosed"] is True
    assert rest.case(record_id)["ClosedDate"] is not None


def test_text_is_trimmed_and_empty_text_is_null(rest: Rest) -> None:
    """Known of real orgs: no field holds outer white space or an empty string."""
    case = rest.case(rest.create(Subject="  hello ", Description="", SuppliedName="Ünal 🙂"))
    assert (case["Subject"], case["Description"], case["SuppliedName"]) == ("hello", None, "Ünal 🙂")


def test_names_of_objects_and_fields_have_no_case(rest: Rest) -> None:
    """Known of real orgs: the API takes names in any case and answers with the proper ones."""
    answer = rest.call("POST", "sobjects/case", {"subject": "x", EXTERNAL_ID.lower(): "1"})
    assert answer.status_code == 201
    assert rest.get(f"sobjects/CASE/{EXTERNAL_ID.upper()}/1")["Subject"] == "x"


def test_a_replay_is_a_duplicate_value(rest: Rest) -> None:
    """Seen live: 400, the message names the field and the record; nothing is written."""
    record_id = rest.create(**{EXTERNAL_ID: "default-1", "Subject": "one"})
    status, error = rest.refuses("POST", "sobjects/Case", {EXTERNAL_ID: "default-1", "Subject": "two"})
    assert status == 400
    assert error == {
        "message": f"duplicate value found: {EXTERNAL_ID} duplicates value on record with id: {record_id}",
        "errorCode": "DUPLICATE_VALUE",
        "fields": [],
    }
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 1


def test_another_unique_field_can_be_the_culprit(rest: Rest, sandbox: RunningSandbox) -> None:
    """Seen live: the message names the field, so a client can tell."""
    sandbox.org("add-field", object="Case", field="Other__c", length=20, unique=True)
    rest.create(Other__c="A")
    error = rest.refuses("POST", "sobjects/Case", {"Other__c": "a"})[1]
    assert error["message"].startswith("duplicate value found: Other__c duplicates")


def test_the_external_id_minds_case(rest: Rest) -> None:
    """Official (custom field attributes): a unique text field may be set to mind case, as this one is."""
    rest.create(**{EXTERNAL_ID: "default-a"})
    rest.create(**{EXTERNAL_ID: "default-A"})


def test_a_deleted_case_frees_its_value(rest: Rest) -> None:
    """Known of real orgs: the recycle bin does not hold unique values."""
    record_id = rest.create(**{EXTERNAL_ID: "1"})
    assert rest.call("DELETE", f"sobjects/Case/{record_id}").status_code == 204
    assert rest.create(**{EXTERNAL_ID: "1"}) != record_id

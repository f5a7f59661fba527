"""Each refusal becomes the exception that simple-salesforce has for it."""

from collections.abc import Callable
from typing import Any

import pytest
from simple_salesforce.exceptions import (
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from tests.foreign.simple import EXTERNAL_ID, first
from tests.support.sandbox import RunningSandbox

NOWHERE = "500Rb00000zzzzzIAA"

MALFORMED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "field unknown": (lambda sf: sf.Case.create({"No__c": "x"}), "INVALID_FIELD"),
    "text too long": (lambda sf: sf.Case.create({"Subject": "x" * 256}), "STRING_TOO_LONG"),
    "required field missing": (lambda sf: sf.Contact.create({"FirstName": "Nobody"}), "REQUIRED_FIELD_MISSING"),
    "field of the system": (lambda sf: sf.Case.create({"CaseNumber": "1"}), "INVALID_FIELD_FOR_INSERT_UPDATE"),
    "id of wrong form": (lambda sf: sf.Case.create({"ContactId": "12345"}), "MALFORMED_ID"),
    "id of nothing": (
        lambda sf: sf.Case.create({"ContactId": "003Rb00000zzzzzIAA"}),
        "INVALID_CROSS_REFERENCE_KEY",
    ),
    "email of wrong form": (lambda sf: sf.Case.create({"SuppliedEmail": "nobody"}), "INVALID_EMAIL_ADDRESS"),
    "parent not found": (lambda sf: sf.Case.create({"Contact": {"CustomerNo__c": "none"}}), "INVALID_FIELD"),
    "external id in the body": (
        lambda sf: sf.Case.upsert(f"{EXTERNAL_ID}/1", {EXTERNAL_ID: "1"}),
        "INVALID_FIELD",
    ),
    "no JSON": (
        lambda sf: sf.restful("sobjects/Case", method="POST", data="{oops"),
        "JSON_PARSER_ERROR",
    ),
    "no SOQL": (lambda sf: sf.query("SELEKT Id FROM Case"), "MALFORMED_QUERY"),
    "column unknown": (lambda sf: sf.query("SELECT No__c FROM Case"), "INVALID_FIELD"),
    "object unknown": (lambda sf: sf.query("SELECT Id FROM No__c"), "INVALID_TYPE"),
    "cursor unknown": (lambda sf: sf.query_more("01gRb0000000000AAA-2000"), "INVALID_QUERY_LOCATOR"),
}

NOT_FOUND: dict[str, tuple[Callable[[Any], Any], str]] = {
    "object": (lambda sf: sf.No__c.create({"Name": "x"}), "NOT_FOUND"),
    "record": (lambda sf: sf.Case.get(NOWHERE), "NOT_FOUND"),
    "external id": (lambda sf: sf.Case.get_by_custom_id(EXTERNAL_ID, "none"), "NOT_FOUND"),
    "field that is no external id": (lambda sf: sf.Case.upsert("Subject/x", {"Origin": "Phone"}), "NOT_FOUND"),
    "value like a file name": (lambda sf: sf.Case.upsert(f"{EXTERNAL_ID}/foo@email.inc", {}), "NOT_FOUND"),
    "resource": (lambda sf: sf.restful("nothing/here"), "NOT_FOUND"),
    "record to update": (lambda sf: sf.Case.update(NOWHERE, {"Subject": "s"}), "INVALID_CROSS_REFERENCE_KEY"),
    "record to delete": (lambda sf: sf.Case.delete(NOWHERE), "INVALID_CROSS_REFERENCE_KEY"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(simple: Any, name: str) -> None:
    """400, and a list with the reason."""
    call, code = MALFORMED[name]
    with pytest.raises(SalesforceMalformedRequest) as caught:
        call(simple)
    assert code == first(caught)["errorCode"]
    assert first(caught)["message"]


@pytest.mark.parametrize("name", NOT_FOUND)
def test_not_found(simple: Any, name: str) -> None:
    """404, with a list all the same."""
    call, code = NOT_FOUND[name]
    with pytest.raises(SalesforceResourceNotFound) as caught:
        call(simple)
    assert code == first(caught)["errorCode"]


def test_malformed_search(simple: Any) -> None:
    """SOSL has a code and words of its own (those that the tests of Salesforce's CLI expect)."""
    with pytest.raises(SalesforceMalformedRequest) as caught:
        simple.search("FIND 'Jones' IN ALL FIELDS")
    problem = first(caught)
    assert problem["errorCode"] == "MALFORMED_SEARCH"
    assert problem["message"] == "No search term found. The search term must be enclosed in braces."


def test_replay(simple: Any) -> None:
    """The same event again: DUPLICATE_VALUE, naming the field and the record that has the value."""
    case_id = simple.Case.create({"Subject": "s", EXTERNAL_ID: "1"})["id"]
    with pytest.raises(SalesforceMalformedRequest) as caught:
        simple.Case.create({"Subject": "s", EXTERNAL_ID: "1"})
    problem = first(caught)
    assert problem["errorCode"] == "DUPLICATE_VALUE"
    assert (
        f"duplicate value found: {EXTERNAL_ID} duplicates value on record with id: {case_id[:15]}"
        in (problem["message"])
    )


def test_deleted_record(simple: Any) -> None:
    """A record in the bin: ENTITY_IS_DELETED, 404."""
    case_id = simple.Case.create({"Subject": "s"})["id"]
    simple.Case.delete(case_id)
    for call in (lambda: simple.Case.get(case_id), lambda: simple.Case.update(case_id, {"Subject": "t"})):
        with pytest.raises(SalesforceResourceNotFound) as caught:
            call()
        assert first(caught)["errorCode"] == "ENTITY_IS_DELETED"


def test_several_records(simple: Any, sandbox: RunningSandbox) -> None:
    """An external id that is not unique: 300 and the addresses of the records, for reading and for writing."""
    sandbox.org("add-field", object="Contact", field="Legacy__c", type="string", length=20, external_id=True)
    ids = [simple.Contact.create({"LastName": n, "Legacy__c": "L"})["id"] for n in ("One", "Two")]
    addresses = {f"/services/data/v66.0/sobjects/Contact/{record_id}" for record_id in ids}
    for call in (
        lambda: simple.Contact.get_by_custom_id("Legacy__c", "L"),
        lambda: simple.Contact.upsert("Legacy__c/L", {"FirstName": "Both"}),
    ):
        with pytest.raises(SalesforceMoreThanOneRecord) as caught:
            call()
        assert addresses == {str(address) for address in caught.value.content}


@pytest.mark.parametrize("fault", ["daily_limit", "concurrent_limit"])
def test_refused_by_a_limit(simple: Any, sandbox: RunningSandbox, fault: str) -> None:
    """A limit is 403, as missing rights are; only the code tells."""
    sandbox.fault(fault)
    with pytest.raises(SalesforceRefusedRequest) as caught:
        simple.Case.create({"Subject": "s"})
    assert first(caught)["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_spent_limit(simple: Any, sandbox: RunningSandbox) -> None:
    """The day's calls used up: refused, without any fault set."""
    sandbox.org("setting", api_limit=0)
    with pytest.raises(SalesforceRefusedRequest) as caught:
        simple.Case.create({"Subject": "s"})
    assert first(caught)["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_refused_by_rights(simple: Any, sandbox: RunningSandbox) -> None:
    """A user who may only read Cases."""
    sandbox.org("object-access", user="ringback", object="Case", access="read")
    with pytest.raises(SalesforceRefusedRequest) as caught:
        simple.Case.create({"Subject": "s"})
    assert first(caught)["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_lock(simple: Any, sandbox: RunningSandbox) -> None:
    """A locked row, once."""
    sandbox.fault("lock")
    with pytest.raises(SalesforceMalformedRequest) as caught:
        simple.Case.create({"Subject": "s"})
    assert first(caught)["errorCode"] == "UNABLE_TO_LOCK_ROW"
    assert simple.Case.create({"Subject": "s"})["success"]


def test_rules_of_admins(simple: Any, sandbox: RunningSandbox) -> None:
    """A validation rule and a restricted picklist, in the admin's words."""
    sandbox.org("restrict-picklist", object="Case", field="Origin", values=["Web"])
    sandbox.org("validation-rule", object="Case", message="No calls on Sunday", when="Subject = 'Sunday'")
    for data, code in [
        ({"Origin": "Phone"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"Subject": "Sunday"}, "FIELD_CUSTOM_VALIDATION_EXCEPTION"),
    ]:
        with pytest.raises(SalesforceMalformedRequest) as caught:
            simple.Case.create(data)
        assert code == first(caught)["errorCode"]


@pytest.mark.parametrize("fault", ["html", "empty", "unavailable"])
def test_unavailable(simple: Any, sandbox: RunningSandbox, fault: str) -> None:
    """503 with a list, with a page, with nothing: the status is what all have."""
    sandbox.fault(fault)
    with pytest.raises(SalesforceGeneralError) as caught:
        simple.Case.create({"Subject": "s"})
    assert caught.value.status == 503


def test_method_not_allowed(simple: Any) -> None:
    """405 is none of the usual classes."""
    with pytest.raises(SalesforceGeneralError) as caught:
        simple.restful("sobjects/Case", method="PUT", json={"Subject": "s"})
    assert (405, "METHOD_NOT_ALLOWED") == (caught.value.status, first(caught)["errorCode"])


def test_retired_version(simple: Any) -> None:
    """An address of a version that is gone: 410."""
    simple.base_url = simple.base_url.replace("v66.0", "v30.0")
    with pytest.raises(SalesforceGeneralError) as caught:
        simple.restful("limits")
    assert caught.value.status == 410

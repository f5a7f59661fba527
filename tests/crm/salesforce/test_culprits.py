"""A refusal names the fields of the record that it means, however Salesforce says it."""

from typing import Any

import pytest

from app.crm.salesforce.errors import refusal
from app.crm.salesforce.sent import SentRecord
from app.domain.errors import CrmError
from app.domain.record import Record, Value
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.crm.salesforce.test_crm import create
from tests.support.sandbox import RunningSandbox

EXTERNAL_ID = "jtel_AcdEventsID__c"
CONTACT, OWNER, CUSTOM = "003Rb0000000001IAA", "00GRb0000000001MAA", "a0B5g000000AbCd"
SENT = SentRecord(
    "Case",
    {
        "Subject": "Rückrufwünsche",
        "Origin": "Fax",
        "ContactId": CONTACT,
        "OwnerId": OWNER,
        "Weight__c": "many",
        "Partner__c": CUSTOM,
        "Hot__c": True,
    },
    "default-1",
    looked_up=frozenset({"OwnerId"}),
)
CANNOT_READ = "Cannot deserialize instance of double from {} or request may be missing a required field at [line:1]"


def refused(code: str, message: str, fields: list[str] | None = None, key: str = "errorCode") -> CrmError:
    body: dict[str, Any] = {key: code, "message": message}
    return refusal(400, [body if fields is None else {**body, "fields": fields}], EXTERNAL_ID, SENT)


@pytest.mark.parametrize("key", ["errorCode", "statusCode"])
@pytest.mark.parametrize(
    ("code", "message", "fields", "named"),
    [
        ("STRING_TOO_LONG", "Subject: data value too large: x (max length=255)", ["Subject"], ("Subject",)),
        ("STRING_TOO_LONG", "Subject: data value too large: x (max length=255)", [], ("Subject",)),
        ("INVALID_FIELD", "No such column 'Weight__c' on sobject of type Case", None, ("Weight__c",)),
        ("INVALID_FIELD", "The Id field should not be specified in the sobject data.", [], ()),
        (
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Unable to create/update fields: Weight__c, Origin. Please check the security settings of this field",
            ["Weight__c", "Origin"],
            ("Origin", "Weight__c"),
        ),
        (
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Unable to create/update fields: Weight__c, Origin. Please check the security settings of this field",
            [],
            ("Origin", "Weight__c"),
        ),
        ("REQUIRED_FIELD_MISSING", "Required fields are missing: [Reason]", ["Reason"], ()),
        ("REQUIRED_FIELD_MISSING", "Required fields are missing: [Subject]", ["Subject"], ()),
        ("FIELD_INTEGRITY_EXCEPTION", "field integrity exception: ContactId (no such)", [], ("ContactId",)),
        ("FIELD_INTEGRITY_EXCEPTION", "There's a problem with this value.", ["weight__C"], ("Weight__c",)),
        ("FIELD_FILTER_VALIDATION_EXCEPTION", "Value does not match filter criteria.", ["ContactId"], ("ContactId",)),
        (
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Case Origin: bad value for restricted picklist field: Fax",
            ["Origin"],
            ("Origin",),
        ),
        (
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Case Origin: bad value for restricted picklist field: Fax",
            [],
            ("Origin",),
        ),
        ("INVALID_TYPE_ON_FIELD_IN_RECORD", "Weight: value not of required type: many", ["Weight__c"], ("Weight__c",)),
        ("INVALID_TYPE_ON_FIELD_IN_RECORD", "Weight: value not of required type: many", [], ("Weight__c",)),
        (
            "JSON_PARSER_ERROR",
            CANNOT_READ.format("VALUE_STRING value many"),
            None,
            ("Weight__c",),
        ),
        (
            "JSON_PARSER_ERROR",
            CANNOT_READ.format("VALUE_TRUE value true"),
            None,
            ("Hot__c",),
        ),
        ("MALFORMED_ID", "Contact ID: id value of incorrect type: 12345", ["ContactId"], ("ContactId",)),
        ("MALFORMED_ID", "Contact ID: id value of incorrect type: 12345", [], ("ContactId",)),
        ("MALFORMED_ID", f"malformed id {CUSTOM}", [], ("Partner__c",)),
        ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", f"insufficient access: {CONTACT}", [], ("ContactId",)),
        ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", f"insufficient access: {CONTACT[:15]}", [], ("ContactId",)),
        ("INVALID_CROSS_REFERENCE_KEY", "Owner ID: owner cannot be blank", [], ("OwnerId",)),
        ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [], ("ContactId", "Partner__c")),
        ("ENTITY_IS_DELETED", "entity is deleted", [], ("ContactId", "Partner__c")),
        ("INACTIVE_OWNER_OR_USER", "operation performed with inactive user [005Rb0000000004]", [], ("OwnerId",)),
        ("INVALID_OPERATION", "Queue not associated with this SObject type", [], ("OwnerId",)),
        ("INVALID_EMAIL_ADDRESS", "Email: invalid email address: nobody", ["SuppliedEmail"], ()),
        (
            "DUPLICATE_VALUE",
            "duplicate value found: Weight__c duplicates value on record",
            [],
            ("Weight__c",),
        ),
        ("DUPLICATE_VALUE", "duplicate value found: <unknown> duplicates value on record with id: 5", [], ()),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Not on Mondays", ["Origin"], ("Origin",)),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Not on Mondays", [], ()),
        ("UNABLE_TO_LOCK_ROW", f"unable to obtain exclusive access to this record: {CONTACT}", ["ContactId"], ()),
        ("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", ["Subject"], ()),
    ],
)
def test_names_the_fields(code: str, message: str, fields: list[str] | None, named: tuple[str, ...], key: str) -> None:
    """The record's own fields that are at fault, told in `fields` or only in the message, and no others."""
    assert sorted(named) == sorted(refused(code, message, fields, key).fields)


@pytest.mark.parametrize(
    "code",
    [
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "DUPLICATES_DETECTED",
        "DUPLICATE_VALUE",
        "A_CODE_OF_TOMORROW",
    ],
)
@pytest.mark.parametrize("message", ["Subject: call me", "Case Subject: x", "Owner ID: y", "Origin:"])
def test_words_that_a_caller_may_have_chosen(code: str, message: str) -> None:
    """What the org's own code says may begin with what a caller wrote: it names no field."""
    assert () == refused(code, message, []).fields


def test_looked_up_ids_are_suspected_last() -> None:
    """Without any other id in the record, one that was looked up is the one that leads nowhere."""
    sent = SentRecord("Case", {"Subject": "x", "OwnerId": OWNER}, "default-1", looked_up=frozenset({"OwnerId"}))
    body = [{"errorCode": "ENTITY_IS_DELETED", "message": "entity is deleted"}]

    assert ("OwnerId",) == refusal(400, body, EXTERNAL_ID, sent).fields


def test_all_errors_at_once() -> None:
    """Of several errors for one record all fields are named, and the message says each."""
    error = refusal(
        400,
        [
            {"errorCode": "STRING_TOO_LONG", "message": "Subject: data value too large", "fields": ["Subject"]},
            {"errorCode": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "message": "Case Origin: bad value", "fields": []},
        ],
        EXTERNAL_ID,
        SENT,
    )

    assert {"Subject", "Origin"} == set(error.fields)
    assert "Subject" in error.message
    assert "Origin" in error.message


def test_the_external_id_is_never_at_fault() -> None:
    """What keeps callbacks from doubling cannot be dropped, so no refusal offers it."""
    assert () == refused("STRING_TOO_LONG", "x", [EXTERNAL_ID]).fields


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(
    ("change", "values", "named"),
    [
        ({"change": "drop-field", "field": "Origin"}, {"Origin": "Phone"}, {"Origin"}),
        ({"change": "restrict-picklist", "field": "Origin", "values": ["Web"]}, {"Origin": "Phone"}, {"Origin"}),
        (
            {"change": "field-access", "field": "Origin", "user": "ringback", "access": "read"},
            {"Origin": "Phone"},
            {"Origin"},
        ),
        ({"change": "require-field", "field": "Reason"}, {"Origin": "Phone"}, set()),
        ({}, {"SuppliedName": "x" * 81, "SuppliedCompany": "x" * 81}, {"SuppliedName", "SuppliedCompany"}),
        ({}, {"ContactId": "12345"}, {"ContactId"}),
        ({}, {"ContactId": "003Rb0000000zzzIAA", "Subject": "x"}, {"ContactId"}),
        ({}, {"OwnerId": "005Rb0000000004IAA"}, {"OwnerId"}),
        ({}, {"OwnerId": "00GRb0000000004MAA"}, {"OwnerId"}),
        ({}, {"IsEscalated": "perhaps"}, {"IsEscalated"}),
        ({"change": "validation-rule", "message": "No", "field": "Subject"}, {"Subject": "x"}, {"Subject"}),
    ],
)
def test_of_a_real_refusal(
    rooms: Rooms,
    sandbox: RunningSandbox,
    change: dict[str, Any],
    values: dict[str, Value],
    named: set[str],
    together: bool,
) -> None:
    """One by one and together with another record, what the org refuses is told by the fields at fault."""
    if change:
        sandbox.org(**{"object": "Case", **change})
    record = Record("Case", values)
    if together:
        error, _ = rooms.crm.create_many([(record, "default-1"), (Record("Case", {}), "default-2")], Deadline(5))
        assert isinstance(error, CrmError)
    else:
        with pytest.raises(CrmError) as caught:
            create(rooms, record)
        error = caught.value

    assert named == set(error.fields)

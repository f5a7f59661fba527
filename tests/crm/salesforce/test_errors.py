"""Every error of Salesforce has its reason, its scope, and a message that leads to the fix."""

from collections.abc import Callable
from typing import Any

import pytest

from app.crm.salesforce.error_table import BY_CODE, BY_STATUS
from app.crm.salesforce.errors import call_error, refusal
from app.crm.salesforce.sent import SentRecord
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Record
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.process import free_port
from tests.support.sandbox import RunningSandbox

EXTERNAL_ID = "jtel_AcdEventsID__c"


def failure(rooms: Rooms, seconds: float = 5, **fields: str) -> CrmError:
    with pytest.raises(CrmError) as caught:
        rooms.crm.create(Record("Case", {"Subject": "Callback", **fields}), "default-1", Deadline(seconds))
    return caught.value


# What each code means to us, written down apart from the code: the catalogue of Salesforce's REST guide, the StatusCode
# enumeration of the partner WSDL and answers of real orgs that public projects have published.
EXPECTED = {
    "REQUIRED_FIELD_MISSING": ("required_field_missing", Scope.CALLBACK),
    "STRING_TOO_LONG": ("value_too_long", Scope.CALLBACK),
    "INVALID_FIELD": ("field_unknown", Scope.RULE),
    "INVALID_FIELD_FOR_INSERT_UPDATE": ("field_not_writable", Scope.RULE),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": ("picklist_value_rejected", Scope.CALLBACK),
    "INVALID_EMAIL_ADDRESS": ("value_invalid", Scope.CALLBACK),
    "INVALID_TYPE_ON_FIELD_IN_RECORD": ("value_invalid", Scope.CALLBACK),
    "NUMBER_OUTSIDE_VALID_RANGE": ("value_invalid", Scope.CALLBACK),
    "JSON_PARSER_ERROR": ("value_invalid", Scope.CALLBACK),
    "FIELD_INTEGRITY_EXCEPTION": ("value_invalid", Scope.CALLBACK),
    "FIELD_FILTER_VALIDATION_EXCEPTION": ("value_invalid", Scope.CALLBACK),
    "INVALID_ID_FIELD": ("id_malformed", Scope.CALLBACK),
    "INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD": ("id_malformed", Scope.CALLBACK),
    "INVALID_OPERATION": ("queue_not_found", Scope.RULE),
    "MALFORMED_ID": ("id_malformed", Scope.CALLBACK),
    "INVALID_CROSS_REFERENCE_KEY": ("reference_not_found", Scope.CALLBACK),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": ("reference_not_found", Scope.CALLBACK),
    "ENTITY_IS_DELETED": ("record_deleted", Scope.CALLBACK),
    "DUPLICATES_DETECTED": ("duplicate_rule", Scope.CALLBACK),
    "DUPLICATE_VALUE": ("duplicate_value", Scope.CALLBACK),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": ("validation_rule", Scope.CALLBACK),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": ("trigger_failed", Scope.CALLBACK),
    "CANNOT_EXECUTE_FLOW_TRIGGER": ("trigger_failed", Scope.CALLBACK),
    "UNABLE_TO_LOCK_ROW": ("record_locked", Scope.TRANSIENT),
    "INSUFFICIENT_ACCESS": ("permission_missing", Scope.RULE),
    "INSUFFICIENT_ACCESS_OR_READONLY": ("permission_missing", Scope.RULE),
    "INACTIVE_OWNER_OR_USER": ("owner_inactive", Scope.RULE),
    "INVALID_ASSIGNMENT_RULE": ("assignment_rule_invalid", Scope.RULE),
    "NOT_FOUND": ("object_not_found", Scope.RULE),
    "INVALID_TYPE": ("object_not_found", Scope.RULE),
    "UNSUPPORTED_API_VERSION": ("api_version_retired", Scope.ORG),
    "API_DISABLED_FOR_ORG": ("api_disabled", Scope.ORG),
    "API_CURRENTLY_DISABLED": ("crm_maintenance", Scope.TRANSIENT),
    "STORAGE_LIMIT_EXCEEDED": ("storage_full", Scope.ORG),
    "LIMIT_EXCEEDED": ("storage_full", Scope.ORG),
    "REQUEST_LIMIT_EXCEEDED": ("api_limit", Scope.TRANSIENT),
    "TXN_SECURITY_METERING_ERROR": ("crm_busy", Scope.TRANSIENT),
    "QUERY_TIMEOUT": ("crm_busy", Scope.TRANSIENT),
    "REQUEST_RUNNING_TOO_LONG": ("crm_busy", Scope.TRANSIENT),
    "SERVER_UNAVAILABLE": ("crm_unavailable", Scope.TRANSIENT),
    "UNKNOWN_EXCEPTION": ("crm_unavailable", Scope.TRANSIENT),
    "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": ("crm_maintenance", Scope.TRANSIENT),
    "ORG_IN_MAINTENANCE": ("crm_maintenance", Scope.TRANSIENT),
    "FUNCTIONALITY_TEMPORARILY_UNAVAILABLE": ("crm_maintenance", Scope.TRANSIENT),
    "INVALID_SESSION_ID": ("session_refused", Scope.ORG),
    "INVALID_AUTH_HEADER": ("session_refused", Scope.ORG),
}


def test_every_code_is_expected() -> None:
    """No code of the table is without an expectation, and none is expected that the table lacks."""
    assert set(EXPECTED) == set(BY_CODE)


@pytest.mark.parametrize("code", sorted(set(EXPECTED) - {"INVALID_SESSION_ID", "DUPLICATE_VALUE"}))
def test_code_has_its_reason(rooms: Rooms, sandbox: RunningSandbox, code: str) -> None:
    """A code that Salesforce answers in a call gives its reason and scope, and keeps the code for the log."""
    on = {"match": "POST /services/data", "level": "record"}
    sandbox.fault("error", share=1, code=code, status=400, message="Queue not associated", **on)

    error = failure(rooms)

    assert EXPECTED[code] == (error.reason.word, error.scope)
    assert code == error.code


@pytest.mark.parametrize(("status", "reason"), [(418, Reason.CRM_REFUSED), (599, Reason.CRM_UNAVAILABLE)])
def test_unlisted(status: int, reason: Reason) -> None:
    """A code that a later release brings is refused in a record's own result when it is a 4xx, else waited for."""
    error = refusal(status, [{"errorCode": "BRAND_NEW", "message": "x"}], EXTERNAL_ID)

    assert reason is error.reason
    assert "BRAND_NEW" in error.message


NOT_OURS = [
    301,
    302,
    304,
    400,
    402,
    403,
    404,
    405,
    407,
    408,
    409,
    410,
    411,
    413,
    414,
    415,
    418,
    421,
    422,
    425,
    426,
    428,
    431,
    451,
]
BODIES: list[Any] = [
    "<html>Access Denied</html>",
    "Access Declined",
    "",
    None,
    [],
    {},
    {"error": "forbidden"},
    ["no"],
    7,
]
CODES = [
    "ORG_LOCKED",
    "TRIAL_EXPIRED",
    "RESTRICTED_IP",
    "MUTUAL_AUTHENTICATION_FAILED",
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
    "CLIENT_NOT_ACCESSIBLE_FOR_USER",
    "JSON_PARSER_ERROR",
    "REQUIRED_FIELD_MISSING",
    "INSUFFICIENT_ACCESS",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
]


@pytest.mark.parametrize("status", NOT_OURS)
def test_answer_that_nobody_understands(status: int) -> None:
    """An answer to the whole call, and a result without an error of Salesforce's, refuses no record: it waits."""
    for body in BODIES:
        errors = [call_error(status, body, EXTERNAL_ID, one) for one in ("composite", "sobjects/Case", "query")]
        errors.append(refusal(status, body, EXTERNAL_ID))

        assert {(Reason.CALL_REFUSED, False, ())} == {(one.reason, one.permanent, one.fields) for one in errors}, body
        assert all(f"HTTP {status}" in one.message for one in errors), body


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("status", [400, 401, 403])
def test_code_of_a_whole_call(status: int, code: str) -> None:
    """A code that the whole composite call is answered with says nothing of the records in it, whatever it is."""
    error = call_error(status, [{"errorCode": code, "message": "x", "fields": ["Subject"]}], EXTERNAL_ID, "composite")

    assert (Reason.CALL_REFUSED, ()) == (error.reason, error.fields)
    assert code in error.message


@pytest.mark.parametrize(
    ("code", "reason"), [("API_DISABLED_FOR_ORG", Reason.API_DISABLED), ("ORG_IN_MAINTENANCE", Reason.CRM_MAINTENANCE)]
)
def test_code_of_the_org_in_a_whole_call(code: str, reason: Reason) -> None:
    """What Salesforce says of the org counts there."""
    assert reason is call_error(403, [{"errorCode": code, "message": "x"}], EXTERNAL_ID, "composite").reason


@pytest.mark.parametrize("status", sorted(BY_STATUS))
def test_status_serves_without_code(status: int) -> None:
    """Some statuses mean something without a code."""
    assert BY_STATUS[status].reason is call_error(status, "<html>", EXTERNAL_ID, "composite").reason


@pytest.mark.parametrize("resource", ["composite", "composite/sobjects", "sobjects/Case", "query"])
@pytest.mark.parametrize("code", ["GONE", "API_VERSION_RETIRED"])
def test_retired_version(resource: str, code: str) -> None:
    """Salesforce's own 410, whatever its code; a proxy's object with such a word says nothing of the version."""
    fault = {"errorCode": code, "message": "API version 30.0 is no longer available"}
    told, proxys = (call_error(410, body, EXTERNAL_ID, resource, writes=True) for body in ([fault], fault))

    assert (Reason.API_VERSION_RETIRED, Reason.CALL_REFUSED) == (told.reason, proxys.reason)


def test_object_of_a_query_is_no_version() -> None:
    """A query of an object that the user may not see says so, and not that the API's version is gone."""
    body = [{"errorCode": "INVALID_TYPE", "message": "sObject type 'CaseComment' is not supported."}]
    error = call_error(400, body, EXTERNAL_ID, "query")

    assert Reason.OBJECT_NOT_FOUND is error.reason
    assert "CaseComment" in error.message


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", Reason.API_LIMIT),
        ("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", Reason.CRM_BUSY),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: caused by: UNABLE_TO_LOCK_ROW", Reason.RECORD_LOCKED),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: execution of BeforeInsert", Reason.TRIGGER_FAILED),
        ("CANNOT_EXECUTE_FLOW_TRIGGER", "UNABLE_TO_LOCK_ROW in a flow", Reason.RECORD_LOCKED),
        ("CANNOT_EXECUTE_FLOW_TRIGGER", "unable to obtain exclusive access to this record", Reason.RECORD_LOCKED),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "Apex CPU time limit exceeded", Reason.CRM_BUSY),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: Record Currently Unavailable: The record", Reason.RECORD_LOCKED),
        ("CANNOT_EXECUTE_FLOW_TRIGGER", "record currently unavailable", Reason.RECORD_LOCKED),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Record Currently Unavailable: The record you", Reason.RECORD_LOCKED),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Record currently unavailable for your team", Reason.VALIDATION_RULE),
        ("CANNOT_EXECUTE_FLOW_TRIGGER", "Your query request was running for too long.", Reason.CRM_BUSY),
        (
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "System.LimitException: Too many SOQL queries: 101",
            Reason.TRIGGER_FAILED,
        ),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: Too many SOQL queries: 101", Reason.TRIGGER_FAILED),
        ("LIMIT_EXCEEDED", "System.LimitException: Too many DML statements: 151", Reason.TRIGGER_FAILED),
    ],
)
def test_message_tells_codes_apart(code: str, message: str, reason: Reason) -> None:
    """Where one code means several things, the message decides."""
    assert reason is refusal(400, [{"errorCode": code, "message": message}], EXTERNAL_ID).reason


@pytest.mark.parametrize("code", ["INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"])
def test_missing_external_id(code: str) -> None:
    """Without the external id field no record of the object may be written, and the message says what to deploy."""
    error = refusal(400, [{"errorCode": code, "message": "x", "fields": [EXTERNAL_ID]}], EXTERNAL_ID)

    assert Reason.EXTERNAL_ID_MISSING is error.reason
    assert "salesforce/" in error.message


def test_dropped_external_id_field(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """An org that does not have the field is met with that reason."""
    sandbox.org("drop-field", object="Case", field=EXTERNAL_ID)

    assert Reason.EXTERNAL_ID_MISSING is failure(rooms).reason


def test_retired_version_is_the_orgs_trouble(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A version that Salesforce does not know fails every callback, and not this rule's only."""
    sandbox.fault("error", share=1, code="NOT_FOUND", status=404, message="No such", level="request")

    assert Reason.API_VERSION_RETIRED is failure(rooms).reason


def test_duplicate_of_another_field() -> None:
    """A clash in a unique field that is not ours is no success."""
    body = [{"errorCode": "DUPLICATE_VALUE", "message": "duplicate value found: Other__c duplicates value on record"}]

    assert Reason.DUPLICATE_VALUE is refusal(400, body, EXTERNAL_ID).reason


def test_messages_hold_no_value(rooms: Rooms) -> None:
    """A refusal names the field and not the value that was in it."""
    error = failure(rooms, ContactId="4930901820planted")

    assert "planted" not in error.message
    assert "ContactId" in error.message


def test_admins_words_hold_no_value() -> None:
    """What an admin has written is told, without what it quotes of the record, and without numbers."""
    message = "Frau Zyrkowska (+49 30 / 90 18 20) needs a Contract"
    body = [{"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": message, "fields": []}]
    sent = SentRecord("Case", {"Description": "Call ZYRKOWSKA back", "Subject": "Frau"}, "default-1")

    told = refusal(400, body, EXTERNAL_ID, sent).message

    assert "needs a Contract" in told
    assert not [one for one in ("Zyrk", "Frau", "90 18") if one in told]


@pytest.mark.parametrize("said", ["", "\n\nI want to talk about the contract that you sent me in May, and its price."])
def test_our_labels_are_no_quotes(said: str) -> None:
    """The words that begin the lines of a summary are ours, however short it is."""
    message = "Set Group, Subject and Caller"
    body = [{"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": message, "fields": []}]
    fields = {"Description": f"Caller: +4930901820\nGroup: Sales\nSubject: Zyrk{said}", "Subject": "Callback"}

    assert message in refusal(400, body, EXTERNAL_ID, SentRecord("Case", fields, "default-1")).message


def test_words_about_nobody_knows_what() -> None:
    """Where it is not known which record was refused nothing of what was said is told, but whose words they are."""
    body = [{"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Zyrkowska is blocked", "fields": []}]

    told = refusal(400, body, EXTERNAL_ID).message

    assert "Zyrkowska" not in told
    assert "a validation rule of the org says" in told


def test_nobody_listens(connect: Callable[..., Rooms]) -> None:
    """Without a connection nothing was written, and that is said."""
    error = failure(connect(origin=f"http://127.0.0.1:{free_port()}"))

    assert (Reason.CRM_UNREACHABLE, False) == (error.reason, error.outcome_unknown)


@pytest.mark.parametrize(
    ("fault", "options", "unknown"),
    [
        ("reset_after", {}, True),
        ("hang", {}, True),
        ("empty", {"status": 200}, True),
        ("html", {"status": 200}, True),
        ("unavailable", {}, True),
        ("daily_limit", {}, False),
        ("lock", {}, False),
    ],
)
def test_unknown_outcome(
    rooms: Rooms, sandbox: RunningSandbox, fault: str, options: dict[str, object], unknown: bool
) -> None:
    """Whether the record may exist all the same is told truly: only after the request was sent and not answered."""
    sandbox.fault(fault, share=1, match="POST /services/data", **options)

    assert unknown is failure(rooms, seconds=1).outcome_unknown

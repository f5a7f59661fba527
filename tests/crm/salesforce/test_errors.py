"""Every error of Salesforce has its reason, its scope, and a message that leads to the fix."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.crm.salesforce.error_table import BY_CODE, BY_STATUS
from app.crm.salesforce.errors import refusal
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record
from tests.crm.salesforce.conftest import Rooms
from tests.support.process import free_port
from tests.support.sandbox import RunningSandbox

EXTERNAL_ID = "jtel_AcdEventsID__c"


def failure(rooms: Rooms, seconds: float = 5, **fields: str) -> CrmError:
    with pytest.raises(CrmError) as caught:
        rooms.crm.create(Record("Case", {"Subject": "Callback", **fields}), "default-1", Deadline(seconds))
    return caught.value


@pytest.mark.parametrize("code", sorted(set(BY_CODE) - {"INVALID_SESSION_ID"}))
def test_code_has_its_reason(rooms: Rooms, sandbox: RunningSandbox, code: str) -> None:
    """A code of the table, met in a call, gives the table's reason and keeps the code for the log."""
    sandbox.fault("error", share=1, code=code, status=400, message="Something about it", level="record")

    error = failure(rooms)

    assert BY_CODE[code][-1].reason is error.reason
    assert code == error.code


@pytest.mark.parametrize("status", sorted(BY_STATUS))
def test_status_serves_without_code(status: int) -> None:
    """An answer without a code is told by its status."""
    error = refusal(status, "<html>", EXTERNAL_ID)

    assert BY_STATUS[status].reason is error.reason


@pytest.mark.parametrize(("status", "reason"), [(418, Reason.CRM_REFUSED), (599, Reason.CRM_UNAVAILABLE)])
def test_unlisted(status: int, reason: Reason) -> None:
    """A code that a later release brings is refused when it is a 4xx, and waited for when it is a 5xx."""
    error = refusal(status, [{"errorCode": "BRAND_NEW", "message": "x"}], EXTERNAL_ID)

    assert reason is error.reason
    assert "BRAND_NEW" in error.message


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", Reason.API_LIMIT),
        ("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", Reason.CRM_BUSY),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: caused by: UNABLE_TO_LOCK_ROW", Reason.RECORD_LOCKED),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: execution of BeforeInsert", Reason.TRIGGER_FAILED),
        ("CANNOT_EXECUTE_FLOW_TRIGGER", "UNABLE_TO_LOCK_ROW in a flow", Reason.RECORD_LOCKED),
    ],
)
def test_message_tells_codes_apart(code: str, message: str, reason: Reason) -> None:
    """Where one code means several things, the message decides."""
    assert reason is refusal(400, [{"errorCode": code, "message": message}], EXTERNAL_ID).reason


@pytest.mark.parametrize("code", ["INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"])
def test_missing_external_id_is_the_orgs_trouble(code: str) -> None:
    """Without the external id field nothing may be written, and the message says what to deploy."""
    error = refusal(400, [{"errorCode": code, "message": "x", "fields": [EXTERNAL_ID]}], EXTERNAL_ID)

    assert Reason.EXTERNAL_ID_MISSING is error.reason
    assert "salesforce/" in error.message


def test_dropped_external_id_field(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """An org that does not have the field is met with that reason."""
    sandbox.org("drop-field", object="Case", field=EXTERNAL_ID)

    assert Reason.EXTERNAL_ID_MISSING is failure(rooms).reason


def test_duplicate_of_another_field() -> None:
    """A clash in a unique field that is not ours is no success."""
    body = [{"errorCode": "DUPLICATE_VALUE", "message": "duplicate value found: Other__c duplicates value on record"}]

    assert Reason.DUPLICATE_VALUE is refusal(400, body, EXTERNAL_ID).reason


def test_messages_hold_no_value(rooms: Rooms) -> None:
    """A refusal names the field and not the value that was in it."""
    error = failure(rooms, ContactId="4930901820planted")

    assert "planted" not in error.message
    assert "ContactId" in error.message


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


def test_bounded_calls(connect: Callable[..., Rooms], sandbox: RunningSandbox) -> None:
    """With all slots taken by calls that hang, another call ends at its own deadline and says that it sent nothing."""
    rooms = connect(max_calls=1)
    sandbox.fault("hang", next=1, match="composite")
    with ThreadPoolExecutor(2) as pool:
        errors = list(pool.map(lambda _: failure(rooms, seconds=1), range(2)))

    assert {Reason.CRM_TIMEOUT, Reason.CRM_BUSY} == {error.reason for error in errors}

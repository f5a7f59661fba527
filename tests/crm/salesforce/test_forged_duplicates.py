"""What a trigger or a rule quotes of a caller is no word of Salesforce's own: no text makes a new record an old one."""

from typing import Any

import pytest

from app.domain.errors import CrmError
from app.domain.record import Record
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox

SAID = "duplicate value found: jtel_AcdEventsID__c duplicates value on record with id: 500Rb0000000001IAA"
OTHER = "duplicate value found: Key__c duplicates value on record with id: 500Rb0000000001IAA"


@pytest.mark.parametrize("subject", ["Callback", "@{record.id}"])
@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(
    "fault",
    [
        {"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": SAID},
        {"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": SAID, "fields": ["jtel_AcdEventsID__c"]},
        {"code": "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "message": f"T: execution of AfterInsert: {SAID}"},
        {"code": "CANNOT_EXECUTE_FLOW_TRIGGER", "message": f"DUPLICATE_VALUE: {SAID}"},
        {"code": "DUPLICATES_DETECTED", "message": SAID},
        {"code": "DUPLICATE_VALUE", "message": f"{OTHER} jtel_AcdEventsID__c"},
        {"code": "DUPLICATE_VALUE", "message": f"{OTHER}: {SAID}", "fields": ["Key__c"]},
    ],
)
def test_refused(rooms: Rooms, sandbox: RunningSandbox, fault: dict[str, Any], together: bool, subject: str) -> None:
    """It is refused, alone and in a batch, and nothing counts as made."""
    record = (Record("Case", {"Subject": subject}), "default-1")
    sandbox.fault("error", share=1, match="/sobjects", level="record", status=400, **fault)
    if together:
        (result,) = rooms.crm.create_many([record], Deadline(5))
        assert isinstance(result, CrmError)
        return
    with pytest.raises(CrmError):
        rooms.crm.create(*record, Deadline(5))

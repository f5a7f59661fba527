"""The time that a caller was served, in a field of the Case."""

import json
from datetime import UTC, datetime

from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.internet import Answer, Call, Internet

AT = datetime(2026, 11, 28, 9, 42, 13, tzinfo=UTC)


def salesforce(call: Call) -> Answer | None:
    """A Case with one field."""
    if call.path.endswith("/describe"):
        return Answer(body={"name": "Case", "label": "Case", "fields": [{"name": "Reached__c", "type": "datetime"}]})
    return Answer(204) if call.method == "PATCH" else None


def test_owner_stays(real: Rooms, internet: Internet) -> None:
    """No assignment rule may give the Case to somebody else; and the field's type is asked for once."""
    internet.answers = salesforce
    for _ in range(2):
        real.crm.set_time("500000000000001AAA", "Reached__c", AT, Deadline(10))
    changes = [call for call in internet.calls if call.method == "PATCH"]

    assert ["/services/data/v66.0/sobjects/Case/500000000000001AAA"] * 2 == [call.path for call in changes]
    assert ["FALSE"] * 2 == [call.headers["Sforce-Auto-Assign"] for call in changes]
    assert [{"Reached__c": "2026-11-28T09:42:13.000+0000"}] * 2 == [json.loads(call.body) for call in changes]
    assert 1 == sum(call.path.endswith("/describe") for call in internet.calls)

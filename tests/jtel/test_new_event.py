"""What is wrong with a new event is told before jtel is asked."""

from typing import Any

import pytest

from app.domain.reasons import Reason
from app.jtel.errors import JtelError
from app.jtel.new_event import NewEvent
from app.jtel.records import CALLBACK, VOICE_MAIL

GOOD: dict[str, Any] = {"sender": "49301234567", "subject": "Please call", "group_id": 235}
TICKET = {"type_id": 6, "sender": "anna@example.com"}
LONG = "https://acme.lightning.force.com/lightning/r/Case/500000000000001AAA/view?a=b%20c#x"


def sent(**given: Any) -> dict[str, Any]:
    return dict(NewEvent(**{**GOOD, **given}).checked())


def problem(**given: Any) -> str:
    with pytest.raises(JtelError) as raised:
        sent(**given)
    error = raised.value
    assert (Reason.JTEL_INPUT_INVALID, True, False, True) == (
        error.reason,
        error.permanent,
        error.unknown,
        error.unsent,
    )
    return error.message


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"group_id": None, "configuration_group_id": 1, "agent_group_id": 2},
        {"user_id": 12},
        {"receiver": "+49307654321"},
        {"body": "A long wish\nof two lines"},
        {"type_id": VOICE_MAIL},
        TICKET,
        {**TICKET, "receiver": "Service desk", "user_data": "T-4711"},
        {"crm_url": LONG},
        {"crm_url": "http://crm:8080/x"},
        {"crm_url": "salesforce1://sObject/500/view"},
        {"priority": 0},
        {"priority": 200},
        {"appointment_date": "2026-12-24"},
        {"appointment_date": "20261224", "appointment_time": "1030"},
        {"appointment_time": "23:59"},
        {"appointment_time": "00:00"},
        {"appointment_date": "2028-02-29"},
    ],
    ids=str,
)
def test_what_jtel_takes(given: dict[str, Any]) -> None:
    """What is documented is sent as it was given, but for a plus, which jtel does not write."""
    wanted = {"type_id": CALLBACK, **GOOD, **given}
    wanted = {name: value for name, value in wanted.items() if value is not None}

    assert {**wanted, **({"receiver": "49307654321"} if "+" in str(given) else {})} == sent(**given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sender": ""}, "sender is missing"),
        ({"sender": "  "}, "sender is missing"),
        ({"subject": ""}, "subject is missing"),
        ({"sender": "030123456"}, "sender: text of 9 characters, wanted is a number in E.164"),
        ({"sender": "004930123456"}, "sender: text of 12 characters"),
        ({"sender": "4930 123456"}, "sender: text of 11 characters"),
        ({"sender": "anonymous"}, "sender: text of 9 characters"),
        ({"sender": "4" * 16}, "sender: text of 16 characters"),
        ({"sender": "٤٩٣٠١٢٣٤٥٦٧"}, "sender: text of 11 characters"),
        ({"receiver": "Service"}, "receiver: text of 7 characters"),
        ({**TICKET, "body": "x"}, "body is for callbacks only"),
        ({"type_id": VOICE_MAIL, "body": "x"}, "body is for callbacks only"),
        ({"group_id": None}, "wanted is group_id, or configuration_group_id with agent_group_id"),
        ({"group_id": None, "agent_group_id": 2}, "configuration_group_id with agent_group_id"),
        ({"agent_group_id": 2}, "group_id stands alone"),
        ({"configuration_group_id": 2, "agent_group_id": 2}, "group_id stands alone"),
        ({"group_id": 0}, "group_id: wanted is a whole number above 0"),
        ({"group_id": "235"}, "group_id: wanted is a whole number above 0"),
        ({"user_id": -1}, "user_id: wanted"),
        ({"type_id": True}, "type_id: wanted"),
        ({"priority": 201}, "priority: wanted is a whole number from 0 to 200"),
        ({"priority": -1}, "priority: wanted"),
        ({"priority": "50"}, "priority: wanted"),
        ({"priority": True}, "priority: wanted"),
        ({"crm_url": "acme"}, "crm_url: text of 4 characters, wanted is a well-formed URL"),
        ({"crm_url": "/500"}, "crm_url"),
        ({"crm_url": "https://"}, "crm_url"),
        ({"crm_url": "https://a b"}, "crm_url"),
        ({"crm_url": "https://a:99999/"}, "crm_url"),
        ({"crm_url": "https://[::1/"}, "crm_url"),
        ({"crm_url": "javascript:alert(1)"}, "crm_url"),
        ({"crm_url": 'https://a/"onload='}, "crm_url"),
        ({"appointment_date": "24.12.2026"}, "appointment_date: wanted is yyyy-mm-dd or yyyymmdd"),
        ({"appointment_date": "2026-1224"}, "appointment_date: wanted"),
        ({"appointment_date": "2026-02-30"}, "appointment_date: wanted"),
        ({"appointment_date": "2026-12-24T10:00"}, "appointment_date: wanted"),
        ({"appointment_time": "10"}, "appointment_time: wanted is hh:mm or hhmm"),
        ({"appointment_time": "24:00"}, "appointment_time: wanted"),
        ({"appointment_time": "9:30"}, "appointment_time: wanted"),
    ],
    ids=str,
)
def test_what_jtel_does_not_take(given: dict[str, Any], said: str) -> None:
    """A message names the field and the shape of what came, and what is wanted."""
    message = problem(**given)

    assert said in message
    assert message.endswith(".")


def test_all_problems_at_once() -> None:
    """Who sends three wrong values hears of three, and no message quotes them."""
    message = problem(sender="Anna", crm_url="nonsense", priority=999)

    assert 3 == message.count("wanted is")
    assert not {"Anna", "nonsense", "999"} & set(message.split())

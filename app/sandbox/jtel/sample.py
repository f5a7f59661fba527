"""Makes a callback up."""

import random
from datetime import timedelta
from typing import Any

from app.sandbox.jtel.clock import local_now

_SAID = (
    "Please call me back about my offer.",
    "Bitte um Rückruf wegen der Rechnung.",
    "The delivery has not come yet.",
    None,
)
_GROUPS = ((235, "B2B Hotline", "SERVICE_B2B"), (236, "Service", "SERVICE"), (237, "Sales", None))


def some_number(choose: random.Random) -> str:
    """A number in Berlin, as jtel writes it."""
    return f"4930{choose.randrange(1000000, 9999999)}"


def sample() -> dict[str, Any]:
    """All documented fields of a callback that has just been asked for, with an event id of its own."""
    choose = random.SystemRandom()
    end = local_now().replace(microsecond=0)
    number = some_number(choose)
    event_id = choose.randrange(10_000, 10_000_000)
    group_id, group_name, foreign_id = choose.choice(_GROUPS)
    return {
        "Caller": number,
        "CallbackNumber": number,
        "ServiceNumbersNumber": "4930901820",
        "ServiceNumbersName": "Service Hotline",
        "AcdGroupsID": group_id,
        "AcdGroupsName": group_name,
        "AcdGroupsForeignSystemID": foreign_id,
        "dtCallStart": (end - timedelta(seconds=choose.randrange(30, 900))).isoformat(),
        "dtCallEnd": end.isoformat(),
        "ID": event_id,
        "AcdEventsID": event_id,
        "Subject": "Callback requested",
        "Body": choose.choice(_SAID),
        "CreatingUsersID": None,
        "CreatingUsersUID": None,
        "CreatingUsersNickName": None,
        "TargetUsersID": None,
        "TargetUsersUID": None,
        "TargetUsersNickName": None,
        "SalesforceId": None,
        "SalesforceQueryResult": 0,
    }

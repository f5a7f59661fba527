"""Events as jtel's REST API shows them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

GROUP = 235
NUMBER = "4930901820"
_IDS = count(900_001)
_ZONE = ZoneInfo("Europe/Berlin")


def event(age: float = 3600.0, **fields: Any) -> dict[str, Any]:
    """A callback that was made so many seconds ago, on the clock of source `default`."""
    made = datetime.now(_ZONE) - timedelta(seconds=age)
    return {
        "ID": next(_IDS),
        "AcdEventTypesID": 3,
        "AcdEventStatusID": 1,
        "AcdGroupsID": GROUP,
        "UsersID": None,
        "Sender": NUMBER,
        "Receiver": "49800330000",
        "Subject": "Callback",
        "EventData": '<eventData><urls/><body html="true">About the offer</body></eventData>',
        "CrmURL": "",
        "UserData": "",
        "dtCreated": made.replace(tzinfo=None).isoformat(timespec="milliseconds"),
        **fields,
    }


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """The same event as release 3.28 sends it."""
    return {
        "AcdEventsID": record["ID"],
        "Caller": record["Sender"],
        "CallbackNumber": record["Sender"],
        "ServiceNumbersNumber": record["Receiver"],
        "AcdGroupsID": record["AcdGroupsID"],
        "Subject": record["Subject"],
        "Body": "About the offer",
    }

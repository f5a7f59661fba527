"""An AcdEvent as the REST call of its group sends it."""

import json
import re
from typing import Any
from xml.sax.saxutils import unescape

from app.sandbox.jtel.forms import JSON, JtelRequest, encode
from app.sandbox.jtel.store import Fields, JtelStore, StoredEvent

FORM_NAMES = {
    "v4": "release 3.28: flat JSON",
    "v3": "an early 3.28: numbers with a plus",
    "record": "release 3.30: the AcdEvent of the REST API",
    "wrapped": "release 3.30: flat JSON inside AcdEvent",
    "form": "a form (application/x-www-form-urlencoded)",
    "query": "a query, without a body",
}
"""The forms in words. Which of the two a 3.30 sends is not documented."""
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)


def request_of(store: JtelStore, event: StoredEvent, form: str) -> JtelRequest:
    """The request in a form, a key of `FORM_NAMES`."""
    if form == "record":
        return JtelRequest(json.dumps(event.fields, ensure_ascii=False).encode(), JSON)
    return encode(callback_fields(store, event), form)


def callback_fields(store: JtelStore, event: StoredEvent) -> dict[str, Any]:
    """The documented fields, by the names of createCallback v4."""
    fields, call = event.fields, event.call
    group = store.get("AcdGroup", fields["AcdGroupsID"]) or {}
    services = {number["Name"]: number["Name2"] for number in store.all("ServiceNumber")}
    user = store.get("User", fields["UsersID"]) if fields["UsersID"] is not None else None
    second = fields["dtCreated"][:19]
    return {
        "Caller": call.get("Caller") or fields["Sender"],
        "CallbackNumber": fields["Sender"],
        "ServiceNumbersNumber": fields["Receiver"],
        "ServiceNumbersName": services.get(fields["Receiver"]),
        "AcdGroupsID": fields["AcdGroupsID"],
        "AcdGroupsName": group.get("Name"),
        "AcdGroupsForeignSystemID": group.get("ForeignSystemID") or None,
        "dtCallStart": call.get("dtCallStart", second),
        "dtCallEnd": call.get("dtCallEnd", second),
        "ID": event.id,
        "AcdEventsID": event.id,
        "Subject": fields["Subject"],
        "Body": _body(fields),
        **dict.fromkeys(("CreatingUsersID", "CreatingUsersUID", "CreatingUsersNickName")),
        "TargetUsersID": fields["UsersID"],
        "TargetUsersUID": user["UID"] if user else None,
        "TargetUsersNickName": user["NickName"] if user else None,
        "SalesforceId": fields["UserData"],
        "SalesforceQueryResult": 1 if fields["UserData"] else 0,
    }


def _body(fields: Fields) -> str | None:
    found = _BODY.search(fields["EventData"] or "")
    return unescape(found[1]) or None if found else None

"""A callback's documented fields (as v4 names them) in each form that a release of jtel may use."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_NUMBERS = ("Caller", "CallbackNumber", "ServiceNumbersNumber")


@dataclass(frozen=True)
class JtelRequest:
    """A request as it goes out. `query` begins with `?` if there is one."""

    body: bytes = b""
    content_type: str | None = None
    query: str = ""


def encode(fields: Mapping[str, Any], form: str) -> JtelRequest:
    """The fields as `form`, a key of `FORMS`."""
    return FORMS[form](fields)


def as_file(raw: bytes, suffix: str) -> JtelRequest:
    """The content of a file as it is: `.form` as a form, `.query` as a query, anything else as JSON."""
    if suffix == ".query":
        return JtelRequest(query="?" + raw.decode("latin-1").strip())
    return JtelRequest(raw.strip(), FORM if suffix == ".form" else JSON)


def _json(value: Any) -> JtelRequest:
    return JtelRequest(json.dumps(value, ensure_ascii=False).encode(), JSON)


def _v4(fields: Mapping[str, Any]) -> JtelRequest:
    return _json(_with_numbers(fields, ""))


def _v3(fields: Mapping[str, Any]) -> JtelRequest:
    return _json(_with_numbers(fields, "+"))


def _form(fields: Mapping[str, Any]) -> JtelRequest:
    return JtelRequest(urlencode(_as_text(fields)).encode(), FORM)


def _query(fields: Mapping[str, Any]) -> JtelRequest:
    return JtelRequest(query="?" + urlencode(_as_text(fields)))


def _record(fields: Mapping[str, Any]) -> JtelRequest:
    return _json(_as_record(fields))


def _wrapped(fields: Mapping[str, Any]) -> JtelRequest:
    return _json({"AcdEvent": _with_numbers(fields, "")})


def _with_numbers(fields: Mapping[str, Any], plus: str) -> dict[str, Any]:
    numbers = {name: plus + str(fields[name]).lstrip("+") for name in _NUMBERS if fields.get(name)}
    return {**fields, **numbers}


def _as_text(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: "NULL" if value is None else str(value) for name, value in fields.items()}


def _as_record(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The AcdEvent of jtel's REST API. It knows a group by its id only."""
    body = f"<eventData><body>{escape(str(fields.get('Body') or ''))}</body></eventData>"
    return {
        "ID": fields.get("AcdEventsID") or fields.get("ID"),
        "AcdEventTypesID": 3,
        "AcdEventStatusID": 1,
        "AcdGroupsID": fields.get("AcdGroupsID"),
        "UsersID": fields.get("TargetUsersID"),
        "Sender": fields.get("CallbackNumber") or fields.get("Caller"),
        "Receiver": fields.get("ServiceNumbersNumber"),
        "Subject": fields.get("Subject"),
        "EventData": body,
        "CrmURL": None,
        "UserData": fields.get("SalesforceId"),
        "dtCreated": fields.get("dtCallEnd"),
    }


FORMS: dict[str, Callable[[Mapping[str, Any]], JtelRequest]] = {
    "v3": _v3,
    "v4": _v4,
    "form": _form,
    "query": _query,
    "record": _record,
    "wrapped": _wrapped,
}

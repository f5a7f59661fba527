"""What may stand in a field: JSON types, lengths, formats, picklists."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from app.sandbox.salesforce.clock import stamp
from app.sandbox.salesforce.errors import Detail, bad_json
from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.schema import Field

_EMAIL = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+\.[^\s@.,;<>()\"]{2,}")


def parse(field: Field, value: Any, place: Callable[[], str]) -> Any:
    """The value as it is stored; a wrong JSON type is refused as Salesforce's JSON reader does.

    `place` says where in the body it stands.
    """
    if value is None:
        return None
    try:
        parser: Callable[[Any], Any] = _PARSERS.get(field.type, _text)
        return parser(value)
    except (TypeError, ValueError):
        raise bad_json(_cannot_read(field, value, place())) from None


def check(field: Field, value: Any) -> Detail | None:
    """What is wrong with a stored value, or None."""
    if value is None or not isinstance(value, str):
        return None
    if field.length and field.type not in ("id", "reference") and length(field, value) > field.length:
        message = f"{field.label}: data value too large: {value} (max length={field.length})"
        return Detail("STRING_TOO_LONG", message, [field.name])
    problem = _CHECKS.get(field.type)
    return problem(field, value) if problem else None


def length(field: Field, value: str) -> int:
    """As Salesforce counts: UTF-16 units or bytes, and a line break is two, whoever has written it."""
    text = re.sub(r"\r\n?|\n", "\r\n", value)
    return len(text.encode("utf-8")) if field.in_bytes else len(text.encode("utf-16-le")) // 2


def _text(value: Any) -> str | None:
    if isinstance(value, (dict, list, bool)):
        raise TypeError
    # Half a surrogate pair is no text; it must not reach the store.
    text = str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.strip() or None


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise ValueError


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _date(value: Any) -> str | None:
    return date.fromisoformat(value[:10]).isoformat() if value else None


def _datetime(value: Any) -> str | None:
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    if "T" not in value:
        raise ValueError
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "boolean": _boolean,
    "int": _integer,
    "double": _number,
    "currency": _number,
    "date": _date,
    "datetime": _datetime,
}


def _email(field: Field, value: str) -> Detail | None:
    if _EMAIL.fullmatch(value):
        return None
    return Detail("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {value}", [field.name])


def _picklist(field: Field, value: str) -> Detail | None:
    if not field.restricted or value in field.picklist:
        return None
    message = f"{field.label}: bad value for restricted picklist field: {value}"
    return Detail("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, [field.name])


def _reference(field: Field, value: str) -> Detail | None:
    if normalise(value):
        return None
    message = f"{field.label}: id value of incorrect type: {value}"
    return Detail("MALFORMED_ID", message, [field.name])


_CHECKS: dict[str, Callable[[Field, str], Detail | None]] = {
    "email": _email,
    "picklist": _picklist,
    "reference": _reference,
}


def _cannot_read(field: Field, value: Any, place: str) -> str:
    start = f"Cannot deserialize instance of {field.type} from"
    if isinstance(value, (dict, list)):
        token = "START_OBJECT" if isinstance(value, dict) else "START_ARRAY"
        return f"{start} {token} value {place}"
    token = "VALUE_STRING" if isinstance(value, str) else f"VALUE_{_token(value)}"
    shown = str(value).lower() if isinstance(value, bool) else value
    return f"{start} {token} value {shown} or request may be missing a required field at {place}"


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return "NUMBER_INT" if isinstance(value, int) else "NUMBER_FLOAT"

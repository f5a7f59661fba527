"""Whether a value can stand in a field of a type: what is wrong with it, as Salesforce would see it."""

import re
from collections.abc import Callable
from datetime import date, datetime

from app.checking.codes import OrgCode
from app.crm.lengths import Limit
from app.crm.org import FieldInfo
from app.domain.record import Value
from app.mapping.environment import EnvText

TEXTS = ("string", "textarea", "phone", "url", "email", "encryptedstring", "combobox", "picklist", "multipicklist")
NUMBERS = ("int", "double", "currency", "percent", "long")
TIMES = ("date", "datetime")
# What a typed template is good for: Salesforce makes a text of numbers and times by itself.
FITTING = {
    "text": TEXTS,
    "number": (*NUMBERS, *TEXTS),
    "datetime": ("datetime", *TEXTS),
    "date": ("date", *TEXTS),
    "boolean": ("boolean",),
}
WANTED = {
    **dict.fromkeys(NUMBERS, "a number"),
    "int": "a whole number",
    "boolean": "true or false",
    "date": "a date, as {date: …}",
    "datetime": "a time, as {datetime: …}",
    "email": "an e-mail address",
    "reference": "an id of a record, or a reference such as {queue: NAME}",
}
_EMAIL = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+\.[^\s@.,;<>()\"]{2,}")

Wrong = tuple[OrgCode, str]


def shown(value: Value) -> str:
    """A constant of the configuration, for a message; none that comes out of the environment."""
    if isinstance(value, EnvText):
        return f"the text with {', '.join(f'${{{name}}}' for name in value.values)}"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def misfit(field: FieldInfo, value: Value) -> Wrong | None:
    """What is wrong with a constant in this field: the code and what was said instead of what is wanted."""
    check = _CHECKS.get(field.type, _text if field.type in TEXTS else None)
    return check(field, value) if check else None


def _wrong(field: FieldInfo, value: Value) -> Wrong:
    wanted = WANTED.get(field.type, "a text")
    said = f"{shown(value)} cannot stand in it: the field is of type {field.type}, wanted is {wanted}"
    return OrgCode.VALUE_TYPE_WRONG, said


def _loose(field: FieldInfo, value: Value) -> Wrong:
    return OrgCode.VALUE_TYPE_LOOSE, f"{shown(value)} is a text, and the field is of type {field.type}"


def _text(field: FieldInfo, value: Value) -> Wrong | None:
    if isinstance(value, (bool, date)) or (field.type == "email" and not _EMAIL.fullmatch(str(value))):
        return _wrong(field, value)
    limit = Limit(field.length)
    if field.length and field.type not in ("picklist", "multipicklist") and not limit.fits(str(value)):
        said = f"the text has {limit.size(str(value))} characters, and the field takes {field.length}"
        return OrgCode.VALUE_TOO_LONG, said
    return None


def _number(field: FieldInfo, value: Value) -> Wrong | None:
    number = _as_number(value)
    if number is None or (field.type == "int" and not number.is_integer()):
        return _wrong(field, value)
    if field.digits and abs(number) >= 10**field.digits:
        return OrgCode.VALUE_TOO_LONG, f"{shown(value)} has more digits than the {field.digits} that the field takes"
    if isinstance(value, str):
        return _loose(field, value)
    return None


def _as_number(value: Value) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _boolean(field: FieldInfo, value: Value) -> Wrong | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return _loose(field, value)
    return _wrong(field, value)


def _time(field: FieldInfo, value: Value) -> Wrong | None:
    if isinstance(value, datetime) or (isinstance(value, date) and field.type == "date"):
        return None
    try:
        known = isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        known = False
    if not known or (field.type == "datetime" and "T" not in str(value)):
        return _wrong(field, value)
    return _loose(field, value)


_CHECKS: dict[str, Callable[[FieldInfo, Value], Wrong | None]] = {
    **dict.fromkeys(NUMBERS, _number),
    "boolean": _boolean,
    "date": _time,
    "datetime": _time,
}

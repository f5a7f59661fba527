"""Values of a type that Salesforce wants, made of what a template gives."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.record import Value
from app.domain.times import in_zone, parse_written_time
from app.mapping.language.limits import LARGEST_NUMBER, TemplateError

_TRUE = frozenset({"true", "yes", "ja", "1"})
_FALSE = frozenset({"false", "no", "nein", "0"})
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
# `1,234` may be a thousand or one and a bit: a comma before three digits is taken only where dots part the thousands.
_DECIMAL = re.compile(r"([+-]?\d{1,15})(?:\.(\d{1,15})|,(\d{1,2}|\d{4,15}))", re.ASCII)
_POINTED = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})+),(\d{1,15})|([+-]?\d{1,3}(?:,\d{3})+)\.(\d{1,15})", re.ASCII)
_LONGEST_TIME = 80


def convert(kind: str, value: Any, zone: ZoneInfo) -> Value | None:
    """`value` as a `number`, `datetime`, `date` or `boolean`; nothing for nothing or an empty text.

    A time without offset is one of `zone`'s clock, and a `date` is the day on that clock. Raises `ValueError` with a
    sentence that holds nothing of `value` but its shape.
    """
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        return None
    converter, wanted = _CONVERTERS[kind]
    converted = converter(value, zone)
    if converted is None:
        if isinstance(value, timedelta):
            wanted = "write `| seconds` or `| minutes` behind it"
        raise TemplateError(f"{_shape(value)} came where a {kind} is wanted; {wanted}")
    return converted


def read_number(text: str) -> int | float | None:
    """The number that `text` writes, with a decimal point or comma; nothing if it is none or could be two."""
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    found = _DECIMAL.fullmatch(text) or _POINTED.fullmatch(text)
    if found is None:
        return None
    whole, fraction = (group for group in found.groups() if group)
    return float(f"{re.sub('[.,]', '', whole)}.{fraction}")


def _number(value: Any, _: ZoneInfo) -> int | float | None:
    if isinstance(value, str):
        return read_number(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) and abs(value) < LARGEST_NUMBER else None


def _moment(value: Any, zone: ZoneInfo) -> datetime | None:
    if isinstance(value, str):
        return in_zone(parse_written_time(value), zone) if len(value) <= _LONGEST_TIME else None
    if isinstance(value, datetime):
        return value if value.tzinfo else in_zone(value, zone)
    return in_zone(datetime.combine(value, time()), zone) if isinstance(value, date) else None


def _day(value: Any, zone: ZoneInfo) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    moment = _moment(value, zone)
    return moment.astimezone(zone).date() if moment else None


def _boolean(value: Any, _: ZoneInfo) -> bool | None:
    if isinstance(value, bool):
        return value
    said = value.lower() if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    return True if said in _TRUE else False if said in _FALSE else None


def _shape(value: Any) -> str:
    if isinstance(value, str):
        return f"text of {len(value)} characters"
    if isinstance(value, timedelta):
        return "a duration"
    return f"a value of the type {type(value).__name__}"


_CONVERTERS: dict[str, tuple[Callable[[Any, ZoneInfo], Value | None], str]] = {
    "number": (_number, "write 1234.5 or 1234,5, at most 18 digits"),
    "datetime": (_moment, "write 2026-11-21T10:38:07, with or without offset, or 21.11.2026 10:38"),
    "date": (_day, "write 2026-11-21 or 21.11.2026"),
    "boolean": (_boolean, "write true or false, yes or no, 1 or 0"),
}
KINDS = tuple(_CONVERTERS)

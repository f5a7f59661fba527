"""Filters for any value: what to take in the place of none, numbers, and lists."""

from collections.abc import Mapping
from typing import Any

from app.mapping.filters.filter import Filter
from app.mapping.language.limits import TemplateError, check_number
from app.mapping.language.texts import join_texts, kind_of
from app.mapping.typed import read_number


def default(value: Any, other: Any = "", boolean: bool = False) -> Any:
    """Another value where there is none or the text is empty."""
    empty = value is None or (isinstance(value, str) and not value.strip())
    return other if empty or (boolean and not value) else value


def int_(value: Any, default: Any = None) -> Any:
    """The whole number that a text writes; nothing, or the default, if it is none."""
    number = _number(value)
    return default if number is None else int(check_number(number))


def float_(value: Any, default: Any = None) -> Any:
    """The number that a text writes, with point or comma; nothing, or the default, if it is none."""
    number = _number(value)
    return default if number is None else float(check_number(number))


def round_(value: Any, digits: int = 0) -> Any:
    """The number with so many digits behind the point."""
    if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= 18:
        raise TemplateError("round wants a number of digits: round(2)")
    number = _number(value)
    if number is None:
        return value
    return round(check_number(number), digits) if digits else round(check_number(number))


def length(value: Any) -> int:
    """How many characters a text has, or items a list."""
    if not isinstance(value, (str, list, tuple, Mapping)):
        raise TemplateError(f"{kind_of(value)} has no length")
    return len(value)


def first(value: Any) -> Any:
    """The first item of a list, or character of a text."""
    return _sequence(value)[0] if value else None


def last(value: Any) -> Any:
    """The last item of a list, or character of a text."""
    return _sequence(value)[-1] if value else None


def join(value: Any, between: str = "") -> str:
    """The items of a list that are not empty, with a text between them."""
    if not isinstance(between, str):
        raise TemplateError('join wants the text between the items: join(", ")')
    return join_texts(value if isinstance(value, (list, tuple)) else [value], between)


def _number(value: Any) -> int | float | None:
    if isinstance(value, str):
        return read_number(value)
    return value if isinstance(value, (int, float)) else None


def _sequence(value: Any) -> Any:
    if not isinstance(value, (str, list, tuple)):
        raise TemplateError(f"{kind_of(value)} has no first and no last item")
    return value


FILTERS = (
    Filter(default, '{{ extra.Campaign | default("none") }}', "none", takes_nothing=True),
    Filter(int_, '{{ "42" | int + 1 }}, {{ "x" | int(0) }}', "43, 0", takes_nothing=True),
    Filter(float_, '{{ "2,5" | float * 2 }}', "5.0", takes_nothing=True),
    Filter(round_, "{{ 2.345 | round(1) }}, {{ 2.5001 | round }}", "2.3, 3", 1.5),
    Filter(length, "{{ service_name | length }}", "15"),
    Filter(first, '{{ service_name.split(" ") | first }}', "Service"),
    Filter(last, '{{ service_name.split(" ") | last }}', "Hotline"),
    Filter(join, '{{ [group_name, user_data, service_name] | join(" / ") }}', "B2B Hotline / Service Hotline", []),
)

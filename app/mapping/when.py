"""Reads the conditions of `when` out of the YAML, and says what is wrong with them."""

from collections.abc import Callable, Mapping
from typing import Any

from app.mapping.codes import Code
from app.mapping.conditions import (
    Absent,
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    FromCountry,
    InFile,
    KeyKind,
    Matches,
    Not,
    OnDates,
    OneOf,
    WhenKey,
    Within,
    find_key,
    impossible,
)
from app.mapping.dates import parse_dates
from app.mapping.durations import parse_duration
from app.mapping.names import NAMES
from app.mapping.number_files import FileName, read_numbers
from app.mapping.office_hours import parse_hours
from app.mapping.patterns import Pattern
from app.mapping.places import check_region
from app.mapping.problems import Gathered, WrongError, did_you_mean

_NOTHING = ("", "null")
_PATTERN = 'write {matches: "…"}, a pattern for the whole value, with .* for anything.'
_VALUE = "write the value itself, or a list of values."
_NO_ORDER = "only lengths of time are compared: write a list of values."
# What people write from other programs.
_BEGINNINGS = ("starts_with", "startswith", "begins_with", "prefix")
_MEANT = {
    **dict.fromkeys(
        (*_BEGINNINGS, "ends_with", "suffix", "contains", "substring", "like", "regex", "pattern"), _PATTERN
    ),
    **dict.fromkeys(("file", "in_file", "from_file", "list"), "write {numbers: vip.txt}."),
    **dict.fromkeys(("region", "from_country", "land"), "write {country: DE}."),
    **dict.fromkeys(("equals", "eq", "is", "in", "one_of", "any"), _VALUE),
    **dict.fromkeys(("more_than", "longer_than", "greater_than", "gt", "gte", "min"), "write {at_least: 10 min}."),
    **dict.fromkeys(("less_than", "shorter_than", "lt", "lte", "max"), "write {not: {at_least: 10 min}}."),
    **dict.fromkeys(("exists", "set", "not_empty"), "write {present: true}."),
    **dict.fromkeys(("empty", "absent", "null"), "write {missing: true}."),
    **dict.fromkeys(("on", "date", "day", "days", "holidays"), 'write {dates: ["12-25", "2026-04-03"]}.'),
    **dict.fromkeys(("weekday", "weekdays"), 'write {within: {sat-sun: "00:00-24:00"}}.'),
    **dict.fromkeys(("between", "hours", "at", "during"), 'write {within: {mon-fri: "08:00-17:00"}}.'),
}


def read_when(raw: Mapping[Any, Any]) -> tuple[dict[str, Condition], Gathered]:
    """The condition of each key of `when` that has a right one, and what is wrong with the others."""
    conditions: dict[str, Condition] = {}
    wrong = Gathered()
    for name, value in raw.items():
        with wrong.part(name):
            conditions[name] = _condition(find_key(str(name)), value)
    return conditions, wrong


def _condition(key: WhenKey, raw: Any) -> Condition:
    if isinstance(raw, Mapping):
        return _operators(key, raw)
    if isinstance(raw, list):
        return _list(key, raw)
    return OneOf(frozenset([_text(key, raw)]))


def _list(key: WhenKey, raw: list[Any]) -> Condition:
    if not raw:
        raise WrongError(Code.NEVER_MATCHES, "an empty list matches nothing: put values in it, or take the line out")
    parts: list[Condition] = []
    wrong = Gathered()
    for index, inner in enumerate(raw):
        with wrong.part(index):
            parts.append(_condition(key, inner))
    wrong.tell()
    texts = frozenset(value for part in parts if isinstance(part, OneOf) for value in part.values)
    others = frozenset(part for part in parts if not isinstance(part, OneOf))
    return AnyOf(others | ({OneOf(texts)} if texts else frozenset())) if others else OneOf(texts)


def _operators(key: WhenKey, raw: Mapping[Any, Any]) -> Condition:
    if not raw:
        raise WrongError(Code.CONDITION_INVALID, f"wanted is a value, a list, or one of {_known()}")
    parts: list[Condition] = []
    wrong = Gathered()
    for name, value in raw.items():
        with wrong.part(name):
            parts.append(_operator(key, name, value))
    wrong.tell()
    if impossible(parts):
        raise WrongError(Code.NEVER_MATCHES, "no callback can fulfil all of these at once")
    return parts[0] if len(parts) == 1 else AllOf(frozenset(parts))


def _operator(key: WhenKey, name: Any, raw: Any) -> Condition:
    read = OPERATORS.get(name)
    if read is None:
        meant = _meant(key, str(name)) or did_you_mean(str(name), OPERATORS)
        said = f'unknown condition "{name}"; {meant + " " if meant else ""}Known: {_known()}'
        raise WrongError(Code.UNKNOWN_KEY, said)
    return read(key, raw)


def _meant(key: WhenKey, name: str) -> str:
    if name.startswith(("not_", "isnt_", "no_")):
        inner = name.partition("_")[2]
        return f"write {{not: {{{inner}: …}}}}." if inner in OPERATORS else "write {not: …}."
    meant = _MEANT.get(name, "")
    return _NO_ORDER if "at_least" in meant and key.kind is not KeyKind.LENGTH else meant


def _not(key: WhenKey, raw: Any) -> Condition:
    return Not(_condition(key, raw))


def _matches(key: WhenKey, raw: Any) -> Condition:
    if key.kind in (KeyKind.TIME, KeyKind.LENGTH):
        raise _unfit(key)
    return Matches(Pattern(raw))


def _country(key: WhenKey, raw: Any) -> Condition:
    if key.kind is not KeyKind.NUMBER:
        raise WrongError(
            Code.CONDITION_INVALID, "country is for telephone numbers: callback_number, caller and service_number"
        )
    wrong = Gathered()
    for index, name in enumerate(raw) if isinstance(raw, list) and raw else [(None, raw)]:
        with wrong.part(*([] if index is None else [index])):
            check_region(name)
    wrong.tell()
    return FromCountry(frozenset(raw if isinstance(raw, list) else [raw]))


def _numbers(key: WhenKey, raw: Any) -> Condition:
    if key.kind is not KeyKind.NUMBER:
        raise WrongError(
            Code.CONDITION_INVALID, "numbers is for telephone numbers: callback_number, caller and service_number"
        )
    if not isinstance(raw, FileName):
        raise WrongError(Code.WRONG_TYPE, "wanted is the name of a file with a number on each line: {numbers: vip.txt}")
    return InFile(raw.path, read_numbers(raw))


def _missing(key: WhenKey, raw: Any) -> Condition:
    _check_true(raw, "present")
    if key.always_there:
        raise WrongError(Code.NEVER_MATCHES, f"{key.name} is never missing")
    return Absent()


def _present(_: WhenKey, raw: Any) -> Condition:
    _check_true(raw, "missing")
    return Not(Absent())


def _check_true(raw: Any, opposite: str) -> None:
    if raw is not True:
        raise WrongError(Code.CONDITION_INVALID, f"wanted is true; for the opposite write {{{opposite}: true}}")


def _within(key: WhenKey, raw: Any) -> Condition:
    _check_time(key, "within")
    return Within(parse_hours(raw))


def _dates(key: WhenKey, raw: Any) -> Condition:
    _check_time(key, "dates")
    return OnDates(parse_dates(raw))


def _check_time(key: WhenKey, name: str) -> None:
    if key.kind is not KeyKind.TIME:
        raise WrongError(
            Code.CONDITION_INVALID, f"{name} is for times: received_at, requested_at, call_start and call_end"
        )


def _at_least(key: WhenKey, raw: Any) -> Condition:
    if key.kind is not KeyKind.LENGTH:
        raise WrongError(Code.CONDITION_INVALID, "at_least is for a length of time: waited")
    return AtLeast(parse_duration(raw))


def _text(key: WhenKey, raw: Any) -> str:
    if key.kind in (KeyKind.TIME, KeyKind.LENGTH):
        raise _unfit(key)
    if raw is None:
        raise WrongError(Code.VALUE_MISSING, "has no value: give it one, or write {missing: true}")
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        raise WrongError(Code.WRONG_TYPE, "wanted is a text or a whole number; put quotes around it")
    text = raw if isinstance(raw, str) else str(raw)
    if text.strip().lower() in _NOTHING:
        raise WrongError(Code.NEVER_MATCHES, "an empty value counts as missing: write {missing: true}")
    if "{{" in text:
        raise WrongError(Code.NEVER_MATCHES, "a condition is no template: for a part of a value write {matches: …}")
    if text != text.strip():
        raise WrongError(Code.NEVER_MATCHES, "a value never begins or ends with a blank: take it out")
    if key.kind is KeyKind.DIGITS and not text.isdigit():
        raise WrongError(Code.NEVER_MATCHES, f"{key.name} is a number, and this is none: {NAMES[key.name].meaning}")
    return text


def _unfit(key: WhenKey) -> WrongError:
    wanted = '{within: {mon-fri: "08:00-17:00"}}' if key.kind is KeyKind.TIME else "{at_least: 10 min}"
    said = f"{key.name} is {key.kind.value}: wanted is {wanted}, {{missing: true}} or {{present: true}}"
    return WrongError(Code.CONDITION_INVALID, said)


def _known() -> str:
    return ", ".join(OPERATORS)


OPERATORS: dict[Any, Callable[[WhenKey, Any], Condition]] = {
    "matches": _matches,
    "country": _country,
    "numbers": _numbers,
    "missing": _missing,
    "present": _present,
    "not": _not,
    "within": _within,
    "dates": _dates,
    "at_least": _at_least,
}

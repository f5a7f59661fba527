"""What a condition of `when` may look at, and what it asks of that: a text, a time, or nothing."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path as FilePath
from typing import Any, Protocol

from app.domain.callback import Callback
from app.domain.numbers import country
from app.mapping.codes import Code
from app.mapping.dates import Dates
from app.mapping.instead import NAMES as NAMES_INSTEAD
from app.mapping.instead import meant
from app.mapping.names import JTELS, NAMES
from app.mapping.office_hours import OfficeHours
from app.mapping.patterns import Pattern
from app.mapping.problems import WrongError

EXTRA = "extra."
_JOINS = ("or", "and", "any", "all", "any_of", "all_of", "either")


class KeyKind(Enum):
    """What a key's values are compared as."""

    TEXT = "text"
    NUMBER = "a telephone number"  # E.164 where it is a valid one
    DIGITS = "a number"
    TIME = "a time"
    LENGTH = "a length of time"


@dataclass(frozen=True)
class WhenKey:
    """A key of `when`; `value_of` gives what the callback has for it: a text, a time on the source's clock, nothing."""

    name: str
    kind: KeyKind
    value_of: Callable[[Callback], Any]
    always_there: bool = False


_LOOKED_UP = "what is looked up in Salesforce stands in `fields`: a condition sees only what jtel sends"
_NO_KEYS = {
    "not": "`not` stands behind a key: {AcdGroupsName: {not: Sales}}",
    "summary": "summary is for people to read: take the names that it is made of",
    **dict.fromkeys(("open_case", "account_owner", "lookup"), _LOOKED_UP),
}


def find_key(name: str) -> WhenKey:
    """The key of that name. Raises `WrongError`."""
    if name in KEYS:
        return KEYS[name]
    if name.startswith(EXTRA) and name != EXTRA:
        check_extra(name.removeprefix(EXTRA))
        return _extra(name.removeprefix(EXTRA))
    if name.lower() in _JOINS:
        raise WrongError(
            Code.UNKNOWN_FIELD, f"there is no {name} here: all keys have to hold; for either, write two rules"
        )
    if name.lower() in _NO_KEYS:
        raise WrongError(Code.UNKNOWN_FIELD, _NO_KEYS[name.lower()])
    if name in _FOR_PEOPLE:
        raise WrongError(Code.UNKNOWN_FIELD, f"{name} is for people to read: take the names that it is made of")
    glued = re.fullmatch(r"(\w+)[\s:=]+(\S.*)", name)
    if glued and glued[1] in KEYS:
        raise WrongError(Code.UNKNOWN_FIELD, f"a blank or a colon is missing: write {{{glued[1]}: {glued[2]}}}")
    own = f"a field that jtel does not document is {EXTRA}{'NAME' if name.startswith('extra') else name}"
    known = f"{own}. Known: {', '.join(KEYS)}"
    raise WrongError(Code.UNKNOWN_FIELD, f"unknown field {name}; {meant(name, KEYS, NAMES_INSTEAD) or known}")


def check_extra(name: str) -> None:
    """Raises `WrongError` for a field that jtel documents: it is never among the others."""
    known = next((one for one in JTELS if one.lower() == name.lower()), None)
    if known is not None:
        raise WrongError(Code.NEVER_MATCHES, f"jtel documents {known}, so it is not in `extra`: write {known}")


def _key(name: str, kind: KeyKind) -> WhenKey:
    if name in JTELS:
        return WhenKey(name, kind, lambda callback: _text(callback.sent.get(name)))
    value_of = NAMES[name].value
    if kind is KeyKind.TIME:
        return WhenKey(name, kind, lambda callback: _local(value_of(callback), callback), name in _ALWAYS)
    if kind is KeyKind.LENGTH:
        return WhenKey(name, kind, value_of)
    return WhenKey(name, kind, lambda callback: _text(value_of(callback)), name in _ALWAYS)


def _local(time: datetime | None, callback: Callback) -> datetime | None:
    return None if time is None else time.astimezone(callback.source.zone)


def _extra(name: str) -> WhenKey:
    return WhenKey(f"{EXTRA}{name}", KeyKind.TEXT, lambda callback: _text(callback.extra.get(name)))


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value).strip()
    return text or None


_KINDS = {"text": KeyKind.TEXT, "number": KeyKind.DIGITS, "time": KeyKind.TIME, "duration": KeyKind.LENGTH}
_TELEPHONES = ("caller", "callback_number", "service_number")
_FOR_PEOPLE = ("headline", "summary")
_ALWAYS = ("source", "event_id", "received_at", "requested_at")
KEYS = {
    name: _key(name, KeyKind.NUMBER if name in _TELEPHONES else _KINDS[known.kind])
    for name, known in NAMES.items()
    if known.kind in _KINDS and name not in _FOR_PEOPLE
}


class Condition(Protocol):
    """Something that a value fulfils or not. Equal conditions hold for the same values."""

    def holds(self, value: Any) -> bool:
        """Whether `value` fulfils it; nothing stands for what the callback does not have."""


@dataclass(frozen=True)
class OneOf:
    """Is one of these texts."""

    values: frozenset[str]

    def holds(self, value: Any) -> bool:
        return value in self.values


@dataclass(frozen=True)
class Matches:
    """Is, as a whole, what the pattern says."""

    pattern: Pattern

    def holds(self, value: Any) -> bool:
        return value is not None and self.pattern.matches(value)


@dataclass(frozen=True)
class FromCountry:
    """Is a valid telephone number of one of these countries."""

    countries: frozenset[str]

    def holds(self, value: Any) -> bool:
        # It is in E.164 if it is a valid one.
        return value is not None and value.startswith("+") and country(value, "ZZ") in self.countries


@dataclass(frozen=True)
class InFile:
    """Is one of the numbers in the file."""

    file: FilePath
    numbers: frozenset[str]

    def holds(self, value: Any) -> bool:
        return value in self.numbers


@dataclass(frozen=True)
class Absent:
    """Is not there."""

    def holds(self, value: Any) -> bool:
        return value is None


@dataclass(frozen=True)
class Within:
    """Is a time in office hours."""

    hours: OfficeHours

    def holds(self, value: Any) -> bool:
        return value is not None and self.hours.open_at(value)


@dataclass(frozen=True)
class OnDates:
    """Is a time on one of these days."""

    dates: Dates

    def holds(self, value: Any) -> bool:
        return value is not None and self.dates.hold(value)


@dataclass(frozen=True)
class AtLeast:
    """Is a length of time that is not shorter."""

    least: timedelta

    def holds(self, value: Any) -> bool:
        return value is not None and value >= self.least


@dataclass(frozen=True)
class Not:
    """Does not fulfil the other one; what is not there fulfils no value, and so fulfils its `not`."""

    other: Condition

    def holds(self, value: Any) -> bool:
        return not self.other.holds(value)


@dataclass(frozen=True)
class AllOf:
    """Fulfils each."""

    parts: frozenset[Condition]

    def holds(self, value: Any) -> bool:
        return all(part.holds(value) for part in self.parts)


@dataclass(frozen=True)
class AnyOf:
    """Fulfils at least one."""

    parts: frozenset[Condition]

    def holds(self, value: Any) -> bool:
        return any(part.holds(value) for part in self.parts)


def files_in(condition: Condition) -> Iterator[InFile]:
    """The conditions in it that are read from files."""
    if isinstance(condition, InFile):
        yield condition
    elif isinstance(condition, Not):
        yield from files_in(condition.other)
    elif isinstance(condition, (AllOf, AnyOf)):
        for part in condition.parts:
            yield from files_in(part)


def covers(wide: Condition, narrow: Condition) -> bool:
    """Whether surely every value that fulfils `narrow` fulfils `wide`. False may also mean: not known."""
    values = _values(narrow)
    if wide == narrow:
        return True
    if values is not None:
        return all(wide.holds(value) for value in values)
    if isinstance(narrow, AnyOf):
        return all(covers(wide, part) for part in narrow.parts)
    if isinstance(wide, AllOf):
        return all(covers(part, narrow) for part in wide.parts)
    if isinstance(narrow, AllOf):
        return any(covers(wide, part) for part in narrow.parts)
    return _covers_single(wide, narrow)


def _covers_single(wide: Condition, narrow: Condition) -> bool:
    if isinstance(wide, AnyOf):
        return any(covers(part, narrow) for part in wide.parts)
    if isinstance(wide, AtLeast) and isinstance(narrow, AtLeast):
        return wide.least <= narrow.least
    if isinstance(wide, FromCountry) and isinstance(narrow, FromCountry):
        return wide.countries >= narrow.countries
    if isinstance(wide, Not) and isinstance(narrow, Not):
        return covers(narrow.other, wide.other)
    # Whatever has a value is present.
    return wide == Not(Absent()) and isinstance(narrow, (Matches, FromCountry, InFile, Within, OnDates, AtLeast))


def impossible(parts: Iterable[Condition]) -> bool:
    """Whether surely no value fulfils all of `parts`."""
    known = list(parts)
    finite = next((values for part in known if (values := _values(part)) is not None), None)
    if finite is None:
        return any(Not(part) in known for part in known)
    return not any(all(part.holds(value) for part in known) for value in finite)


def _values(condition: Condition) -> frozenset[str | None] | None:
    if isinstance(condition, OneOf):
        return frozenset(condition.values)
    if isinstance(condition, InFile):
        return frozenset(condition.numbers)
    return frozenset([None]) if isinstance(condition, Absent) else None

"""The conditions of `when`, compiled. Each is asked with what a callback has: a text, a time, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from app.mapping.dates import Dates
from app.mapping.office_hours import OfficeHours
from app.mapping.patterns import Pattern


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
class Missing:
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
    if isinstance(wide, Not) and isinstance(narrow, Not):
        return covers(narrow.other, wide.other)
    # Whatever has a value is present.
    return wide == Not(Missing()) and isinstance(narrow, (Matches, Within, OnDates, AtLeast))


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
    return frozenset([None]) if isinstance(condition, Missing) else None

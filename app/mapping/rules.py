"""Rules: which callback becomes which record."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from app.domain.callback import Callback
from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref
from app.domain.source import Source
from app.mapping.conditions import Condition
from app.mapping.mapper import Mapper
from app.mapping.origins import Origin
from app.mapping.when_keys import find_key


@dataclass(frozen=True)
class Rule:
    """A rule of the configuration. `when` holds a condition for each key it looks at; empty matches all.

    `merge` is the time within which the same number again becomes a comment. `origins` say where in the file each
    part stands, by `fields.Subject`, `require.Subject`, `with.link`, `mapper`, `merge`, and `name` for the rule.
    """

    name: str
    mapper: Mapper
    when: Mapping[str, Condition] = field(default_factory=dict)
    require: Sequence[str] = ()
    merge: timedelta | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def matches(self, callback: Callback) -> bool:
        """Whether every condition in `when` holds."""
        return all(holds(value_of(callback)) for value_of, holds in self._tests)

    @cached_property
    def _tests(self) -> list[tuple[Callable[[Callback], Any], Callable[[Any], bool]]]:
        return [(find_key(name).value_of, condition.holds) for name, condition in self.when.items()]

    def apply(self, callback: Callback) -> Record:
        """The record for `callback`, without the fields that are not required and whose templates fail.

        Raises `MappingError` that names this rule when its mapper fails or a required field has no value.
        """
        mapper, failed = self.mapper, dict[str, str]()
        while True:
            try:
                record = self._map(mapper, callback)
                break
            except MappingError as error:
                if error.field is None or error.field in self.require or error.field in failed:
                    raise
                failed[error.field] = error.message
                mapper = mapper.without(error.field)
        self._check_values(record)
        self._check_required(record)
        return replace(record, require=record.require | frozenset(self.require), failed=failed)

    def _map(self, mapper: Mapper, callback: Callback) -> Record:
        try:
            record = mapper.map(callback)
        except MappingError as error:
            raise MappingError(error.reason, f"Rule {self.name}: {error.message}", field=error.field) from error
        # A mapper is foreign code: whatever it raises is its own fault and has to name it.
        except Exception as error:
            raise self._fault(f"failed with {type(error).__name__}") from error
        if not isinstance(record, Record):
            raise self._fault("returned no Record")
        return record

    def _check_values(self, record: Record) -> None:
        odd = [name for name, value in record.fields.items() if not _is_value(value)]
        if odd:
            raise self._fault(f"gives {', '.join(odd)} a value that is no text, number, date, true, false or Ref")

    def _fault(self, text: str) -> MappingError:
        mapper = type(self.mapper)
        message = (
            f"Rule {self.name}{self._place('mapper')}: the mapper {mapper.__module__}:{mapper.__qualname__} {text}."
        )
        return MappingError(Reason.MAPPING_FAILED, f"{message} Its developer has to mend it.")

    def _place(self, *parts: str) -> str:
        origin = next((self.origins[part] for part in (*parts, "name") if part in self.origins), None)
        return f" ({origin.short})" if origin else ""

    def _check_required(self, record: Record) -> None:
        empty = [name for name in self.require if record.fields.get(name) is None]
        if empty:
            place = self._place(f"require.{empty[0]}")
            raise MappingError(
                Reason.REQUIRED_VALUE_EMPTY,
                f"Rule {self.name}{place} requires {', '.join(empty)}, but this callback gives no value for it. "
                f"Give fields.{empty[0]} a default, or take it out of `require`.",
            )


def _is_value(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, (str, int, date, Ref))


@dataclass(frozen=True)
class Config:
    """What the integrator wrote. The last rule matches everything."""

    sources: Mapping[str, Source]
    rules: Sequence[Rule]

    def rule_for(self, callback: Callback) -> Rule:
        """The first rule that matches."""
        return next(rule for rule in self.rules if rule.matches(callback))

"""Rules: which callback becomes which record."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.domain.callback import Callback
from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref
from app.domain.source import Source
from app.mapping.mapper import Mapper


@dataclass(frozen=True)
class Rule:
    """A rule of the configuration. `when` compares documented fields with a value, as text; empty matches all."""

    name: str
    mapper: Mapper
    when: Mapping[str, str] = field(default_factory=dict)
    require: Sequence[str] = ()

    def matches(self, callback: Callback) -> bool:
        """Whether every field in `when` has the wanted value."""
        return all(callback.sent.get(name) == wanted for name, wanted in self.when.items())

    def apply(self, callback: Callback) -> Record:
        """The record for `callback`.

        Raises `MappingError` that names this rule when its mapper fails or a required field has no value.
        """
        try:
            record = self.mapper.map(callback)
        except MappingError as error:
            raise MappingError(error.reason, f"Rule {self.name}: {error.message}") from error
        # A mapper is foreign code: whatever it raises is its own fault and has to name it.
        except Exception as error:
            mapper = type(self.mapper).__qualname__
            raise MappingError(
                Reason.MAPPING_FAILED,
                f"Rule {self.name}: the mapper {mapper} failed with {type(error).__name__}. "
                "Its developer has to mend it.",
            ) from error
        if not isinstance(record, Record):
            mapper = type(self.mapper).__qualname__
            raise MappingError(
                Reason.MAPPING_FAILED,
                f"Rule {self.name}: the mapper {mapper} returned no Record. Its developer has to mend it.",
            )
        self._check_values(record)
        self._check_required(record)
        return replace(record, require=record.require | frozenset(self.require))

    def _check_values(self, record: Record) -> None:
        odd = [name for name, value in record.fields.items() if not _is_value(value)]
        if odd:
            raise MappingError(
                Reason.MAPPING_FAILED,
                f"Rule {self.name}: the mapper {type(self.mapper).__qualname__} gives {', '.join(odd)} a value that is "
                "no text, number, date, true, false or Ref. Its developer has to mend it.",
            )

    def _check_required(self, record: Record) -> None:
        empty = [name for name in self.require if record.fields.get(name) is None]
        if empty:
            raise MappingError(
                Reason.REQUIRED_VALUE_EMPTY,
                f"Rule {self.name} requires {', '.join(empty)}, but this callback gives no value for it. "
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

"""Rules: which callback becomes which record."""

import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar, cast

from app.domain.callback import Callback
from app.domain.errors import MappingError, SkippedError
from app.domain.reasons import Reason
from app.domain.record import Record
from app.domain.source import Source
from app.mapping.another_object import ObjectMapper
from app.mapping.conditions import Condition, files_in, find_key
from app.mapping.foreign import EscapedError, Foreign, StalledError
from app.mapping.mapper import Mapper
from app.mapping.origins import Origin
from app.mapping.ref_shape import check_refs
from app.mapping.registry import BUILT_IN
from app.mapping.shape import ShapeError, check_shape
from app.observability.masking import mask_text

T = TypeVar("T")
# No rule has so many fields whose templates fail; a mapper may name ever new ones.
MOST_FAILED = 200


@dataclass(frozen=True)
class Rule:
    """A rule of the configuration. `when` holds a condition for each key it looks at; empty matches all.

    `skip` says why nothing is made of what it takes; a rule without makes a record of it.
    `merge` is the time within which the same number again becomes a comment. `origins` say where in the file each
    part stands, by `fields.Subject`, `require.Subject`, `with.link`, `when.group_name`, `mapper`, `merge`, `skip`, and
    `name` for the rule.
    """

    name: str
    mapper: Mapper
    when: Mapping[str, Condition] = field(default_factory=dict)
    require: Sequence[str] = ()
    merge: timedelta | None = None
    skip: str | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    _foreign: Foreign[Any] = field(default_factory=Foreign, init=False, repr=False, compare=False)

    def matches(self, callback: Callback) -> bool:
        """Whether every condition in `when` holds."""
        return all(holds(value_of(callback)) for value_of, holds in self._tests)

    @cached_property
    def _tests(self) -> list[tuple[Callable[[Callback], Any], Callable[[Any], bool]]]:
        return [(find_key(name).value_of, condition.holds) for name, condition in self.when.items()]

    def apply(self, callback: Callback, left: float = math.inf) -> Record:
        """The record for `callback`, without the fields that are not required and whose templates fail.

        `left` is how many seconds are left for an answer. Raises `MappingError` that names this rule when its mapper
        fails or a required field has no value, and `SkippedError` when it makes nothing.
        """
        if self.skip is not None:
            raise SkippedError(f"Rule {self.name} makes nothing of it: {self.skip}")
        # Ringback's own mappers surely end.
        step = partial(self._make, callback)
        record, failed = step() if self.is_own else self._limited(step, left)
        require = record.require | frozenset(self.require)
        if not self.is_own:
            record, wrong = check_refs(record)
            failed |= self._faults(wrong, require)
        self._check_required(record)
        return replace(record, require=require, failed=failed, language=callback.source.language)

    def _make(self, callback: Callback) -> tuple[Record, dict[str, str]]:
        """The record without the fields whose templates fail, and what is wrong with each of these."""
        mapper, failed = self.mapper, dict[str, str]()
        while True:
            # What Ringback's own mappers make is a record.
            step = partial(mapper.map, callback) if self.is_own else partial(_map, mapper, callback)
            try:
                return self._guarded(step), failed
            except MappingError as error:
                if error.field is None or error.field in {*self.require, *failed} or len(failed) == MOST_FAILED:
                    raise
                failed[error.field] = error.message
                mapper = self._guarded(partial(mapper.without, error.field))

    def _faults(self, wrong: Mapping[str, str], require: Set[str]) -> dict[str, str]:
        """For each field what is wrong with it. Raises `MappingError` if it is required."""
        faults = {name: self._fault(f"gives {name} {said}") for name, said in wrong.items()}
        for name in faults.keys() & require:
            raise faults[name]
        return {name: fault.message for name, fault in faults.items()}

    def _guarded(self, step: Callable[[], T]) -> T:
        """What `step` of the mapper gives. Whatever it raises is the mapper's own fault and has to name it."""
        try:
            return step()
        except MappingError as error:
            if not _is_whole(error):
                raise self._failed(error) from error
            raise MappingError(error.reason, self._said_by(error), field=error.field) from error
        except ShapeError as error:
            raise self._fault(str(error)) from None
        except Exception as error:
            raise self._failed(error) from error

    def _limited(self, step: Callable[[], T], left: float) -> T:
        """What all steps of a mapper of others give within the time that it has for a callback."""
        try:
            return cast(T, self._foreign.call(step, left))
        except StalledError as error:
            raise self._fault(str(error)) from error
        except EscapedError as error:
            raise self._failed(error.__cause__) from error.__cause__

    def _failed(self, error: BaseException | None) -> MappingError:
        return self._fault(f"failed with {type(error).__name__}")

    def _said_by(self, error: MappingError) -> str:
        # The template of a field names its own place.
        if error.field is not None or self.is_own:
            return f"Rule {self.name}: {error.message}"
        said = mask_text(error.message)
        return f"Rule {self.name}{self._place('mapper')}: the mapper {self._mapper_name} says: {said}"

    @cached_property
    def is_own(self) -> bool:
        """Whether its mapper is Ringback's own, which ends in any case."""
        return type(self.mapper) in (*BUILT_IN.values(), ObjectMapper)

    @property
    def _mapper_name(self) -> str:
        return f"{type(self.mapper).__module__}:{type(self.mapper).__qualname__}"

    def _fault(self, text: str) -> MappingError:
        message = f"Rule {self.name}{self._place('mapper')}: the mapper {self._mapper_name} {text}."
        return MappingError(Reason.MAPPING_FAILED, f"{message} Its developer has to mend it.")

    def _place(self, *parts: str) -> str:
        origin = next((self.origins[part] for part in (*parts, "name") if part in self.origins), None)
        return f" ({origin.short})" if origin else ""

    def _check_required(self, record: Record) -> None:
        empty = [name for name in self.require if record.fields.get(name) is None]
        if empty:
            place, names = self._place(f"require.{empty[0]}"), ", ".join(empty)
            what = "this callback" if self.is_own else f"the mapper {self._mapper_name}"
            whose = "" if self.is_own else " If it never does, its developer has to mend it."
            raise MappingError(
                Reason.REQUIRED_VALUE_EMPTY,
                f"Rule {self.name}{place} requires {names}, but {what} gives no value for it. "
                f"Give fields.{empty[0]} a default, or take it out of `require`.{whose}",
            )


def _map(mapper: Mapper, callback: Callback) -> Record:
    """What the mapper makes, copied, so that none of its code runs later. Raises `ShapeError`."""
    record = mapper.map(callback)
    check_shape(record)
    return Record(record.object, dict(record.fields), frozenset(record.require), dict(record.cut))


def _is_whole(error: MappingError) -> bool:
    """Whether a mapper that raises it has given what it needs."""
    said = [getattr(error, name, ...) for name in ("reason", "message", "field")]
    return isinstance(said[0], Reason) and isinstance(said[1], str) and isinstance(said[2], str | None)


@dataclass(frozen=True)
class Config:
    """What the integrator wrote. The last rule matches everything."""

    sources: Mapping[str, Source]
    rules: Sequence[Rule]

    @cached_property
    def files(self) -> Mapping[Path, frozenset[str]]:
        """The other files that it was read from, in a fixed order, each with its numbers."""
        conditions = (condition for rule in self.rules for condition in rule.when.values())
        found = {part.file: part.numbers for condition in conditions for part in files_in(condition)}
        return {file: found[file] for file in sorted(found)}

    def rule_for(self, callback: Callback) -> Rule:
        """The first rule that matches."""
        return next(rule for rule in self.rules if rule.matches(callback))

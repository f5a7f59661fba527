"""Why a callback becomes what it becomes: which rules were asked, and what each field got from where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from app.domain.callback import Callback
from app.domain.errors import MappingError
from app.domain.record import Record, Ref, Value
from app.mapping.case import CaseMapper
from app.mapping.conditions import find_key
from app.mapping.ivr_record import ID
from app.mapping.origins import Origin
from app.mapping.rules import Config, Rule
from app.mapping.summary import is_search, related_field

_OF_IVR = "the record that jtel's IVR found"


class Fate(Enum):
    """What became of a field of a rule."""

    SENT = "sent"
    CUT = "cut"
    EMPTY = "empty"
    FAILED = "failed"


@dataclass(frozen=True)
class Tested:
    """A condition of a rule, with what the callback has for it: a text, a time, a length of time, or nothing."""

    key: str
    value: Any
    holds: bool
    origin: Origin | None


@dataclass(frozen=True)
class Asked:
    """A rule that was asked whether it matches."""

    rule: Rule
    tests: Sequence[Tested]

    @property
    def failed(self) -> list[Tested]:
        """The conditions that did not hold."""
        return [test for test in self.tests if not test.holds]


@dataclass(frozen=True)
class FieldStory:
    """A field, what it came to, and the place in the configuration that gave it, where one did.

    `note` is a sentence about what the place does not tell.
    """

    name: str
    fate: Fate
    value: Value | None
    origin: Origin | None
    note: str = ""


@dataclass(frozen=True)
class Explanation:
    """`asked` are the rules in their order; the last one matched. There is a `record`, or a `refusal` by the rule.

    There is neither where the rule makes nothing.
    """

    callback: Callback
    asked: Sequence[Asked]
    record: Record | None
    refusal: MappingError | None
    fields: Sequence[FieldStory] = ()

    @property
    def rule(self) -> Rule:
        """The rule that matched."""
        return self.asked[-1].rule


def explain(config: Config, callback: Callback) -> Explanation:
    """What the configuration makes of the callback, and why."""
    asked = list(_asked(config, callback))
    rule = asked[-1].rule
    if rule.skip is not None:
        return Explanation(callback, asked, None, None)
    try:
        record = rule.apply(callback)
    except MappingError as error:
        return Explanation(callback, asked, None, error)
    return Explanation(callback, asked, record, None, list(_stories(rule, callback, record)))


def _asked(config: Config, callback: Callback) -> Iterator[Asked]:
    for rule in config.rules:
        asked = Asked(rule, [_tested(rule, name, callback) for name in rule.when])
        yield asked
        if not asked.failed:
            return


def _tested(rule: Rule, name: str, callback: Callback) -> Tested:
    value = find_key(name).value_of(callback)
    return Tested(name, value, rule.when[name].holds(value), rule.origins.get(f"when.{name}"))


def _stories(rule: Rule, callback: Callback, record: Record) -> Iterator[FieldStory]:
    for name in dict.fromkeys([*record.fields, *rule.mapper.fields.renderers, *record.failed]):
        origin = rule.origins.get(f"fields.{name}")
        if record.fields.get(name) is not None:
            yield _sent(rule, callback, record, name, origin)
        elif name in record.failed:
            yield FieldStory(name, Fate.FAILED, None, origin, record.failed[name])
        else:
            yield FieldStory(name, Fate.EMPTY, None, origin, _why_empty(rule, callback, name, origin))


def _sent(rule: Rule, callback: Callback, record: Record, name: str, origin: Origin | None) -> FieldStory:
    value = record.fields[name]
    if not rule.is_own:
        if _rendered(rule, callback, name) == value:
            return FieldStory(name, Fate.SENT, value, origin)
        mapper = type(rule.mapper)
        note = f"made by the mapper {mapper.__module__}:{mapper.__qualname__}"
        return FieldStory(name, Fate.SENT, value, rule.origins.get("mapper"), note)
    note = _OF_IVR if _is_of_ivr(callback, value) else ""
    if type(rule.mapper) is CaseMapper and rule.mapper.options["link"] and related_field(callback) == (name, value):
        return FieldStory(name, Fate.SENT, value, rule.origins.get("with.link"), note)
    return FieldStory(name, Fate.SENT, value, origin, note)


def _is_of_ivr(callback: Callback, value: Value) -> bool:
    """Whether it is the record that jtel's IVR has found, or is found by it."""
    record_id = value.name if isinstance(value, Ref) and value.by == ID else value
    return callback.salesforce_id is not None and record_id == callback.salesforce_id


def _why_empty(rule: Rule, callback: Callback, name: str, origin: Origin | None) -> str:
    if origin is not None and not origin.text:
        return "no value is wanted"
    if type(rule.mapper) is CaseMapper and is_search(_rendered(rule, callback, name)):
        found = "several records" if callback.ambiguous else "the caller's record"
        return f"not looked for, since jtel's IVR has found {found}"
    return "came out empty for this callback"


def _rendered(rule: Rule, callback: Callback, name: str) -> Value | None:
    fields = rule.mapper.fields
    try:
        return fields.value(name, callback) if name in fields.renderers else None
    except MappingError:
        return None

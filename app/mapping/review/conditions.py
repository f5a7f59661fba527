"""Conditions and rows of value tables that no callback is likely to fulfil."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.jtel_fields import JTEL_FIELDS
from app.mapping.codes import Code
from app.mapping.conditions import Absent, Condition, KeyKind, WhenKey, find_key, impossible
from app.mapping.environment import EnvText
from app.mapping.problems import Finding, Path, WrongError
from app.mapping.review.habits import habit, habit_in_pattern
from app.mapping.review.leaves import FieldValue, field_values
from app.mapping.review.telephones import Regions, regions_of, said_of_number, said_of_pattern
from app.mapping.when_texts import WhenText, texts_of

# jtel's field of the same value, where there is just one.
_PAIRS = [(field.part, field.name) for field in JTEL_FIELDS if [one.part for one in JTEL_FIELDS].count(field.part) == 1]

# Rows that people mean for all the rest.
_REST = ("else", "otherwise", "*", "_", "sonst", "rest", "any")


def check_conditions(loaded: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Finding]:
    """What is told of `when`, of `merge` beside it, and of value tables; `data` is as the file has it."""
    sources = loaded.get("sources") or {}
    for index, rule in enumerate(loaded.get("rules") or []):
        when = rule.get("when") or {} if isinstance(rule, dict) else {}
        path: Path = ("rules", index, "when")
        for name in when:
            for one in texts_of(data["rules"][index]["when"].get(name), (*path, name)):
                yield from _told(one.path, _said(find_key(name), one, regions_of(sources, when)))
        yield from _check_pairs(path, when)
        if rule.get("merge") is not None and _without_number(when.get("callback_number")):
            said = "`merge` knows a caller by the number, and this rule is for callers without one: take it out"
            yield Finding(("rules", index, "merge"), Code.HARDLY_MATCHES, said)
    yield from _check_tables(loaded, sources)


def _without_number(condition: Condition | None) -> bool:
    return condition is not None and condition.holds(None) and not condition.holds("+4930901820")


def _check_pairs(path: Path, when: Mapping[str, Condition]) -> Iterator[Finding]:
    for friendly, jtels in _PAIRS:
        if friendly not in when or jtels not in when:
            continue
        both = [when[friendly], when[jtels]]
        # A number is written in two ways under these names.
        known = find_key(friendly).kind is not KeyKind.NUMBER or Absent() in both
        if known and impossible(both):
            said = f"{friendly} and {jtels} are the same, and nothing fulfils both: take one of them out"
            yield Finding((*path, jtels), Code.HARDLY_MATCHES, said)


def _check_tables(loaded: Mapping[str, Any], sources: Mapping[str, Any]) -> Iterator[Finding]:
    for value in field_values(loaded):
        if isinstance(value.raw, Mapping) and isinstance(value.raw.get("table"), Mapping):
            yield from _check_rest(value)
            try:
                key = find_key(str(value.raw["of"]).strip().removeprefix("{{").removesuffix("}}").strip())
            # Of a template it is not known what it gives.
            except WrongError:
                continue
            for row in value.raw["table"]:
                one = WhenText((*value.path, "table", row), str(row))
                yield from _told(one.path, _said(key, one, regions_of(sources, value.when), in_table=True))


def _check_rest(value: FieldValue) -> Iterator[Finding]:
    for row in value.raw["table"]:
        if str(row).strip().lower() in _REST and "default" not in value.raw:
            said = "a row is one exact value: what no row takes is given by `default:`, beside `table`"
            yield Finding((*value.path, "table", row), Code.HARDLY_MATCHES, said)


def _said(key: WhenKey, one: WhenText, regions: Regions, *, in_table: bool = False) -> str | None:
    is_number = key.kind is KeyKind.NUMBER
    # What a variable of the environment holds is not told, in whatever form.
    if isinstance(one.text, EnvText):
        return said_of_number(one.text, regions, of_all=in_table) if is_number and not one.is_pattern else None
    if one.is_pattern:
        return habit_in_pattern(one.text) or (said_of_pattern(one.text, regions) if is_number else None)
    said = habit(one.text, in_table=in_table)
    return said or (said_of_number(one.text, regions, of_all=in_table) if is_number else None)


def _told(path: Path, said: str | None) -> Iterator[Finding]:
    if said:
        yield Finding(path, Code.HARDLY_MATCHES, said)

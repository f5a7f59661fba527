"""Reads out of a configuration what its rules want in the fields of their records, and where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.checking.findings import Place
from app.checking.mapper_objects import objects_of
from app.checking.wishes import Wish, read_value
from app.crm.case import CASE
from app.mapping.case import CaseMapper
from app.mapping.config import load_config
from app.mapping.document import Document
from app.mapping.inherited import defaults_for, mapper_of, object_of
from app.mapping.registry import find_mapper
from app.mapping.yaml_file import parse


@dataclass(frozen=True)
class WrittenRules:
    """The wishes of all rules; the rules by their records' object; those that link, and those with other mappers.

    What another mapper puts into which field is not known, but one that is a `CaseMapper` too writes the rule's fields
    into a Case.
    """

    wishes: tuple[Wish, ...]
    rules: Mapping[str, tuple[str, ...]]
    linking: tuple[str, ...]
    others: tuple[str, ...]


def read_rules(path: Path, environment: Mapping[str, str], *, ask_mappers: bool = True) -> WrittenRules:
    """The rules in a file that has no problems.

    With `ask_mappers` mappers of others show with made-up callbacks what they make; their code runs then.
    """
    document, _ = parse(path, environment)
    data = document.data
    defaults = data.get("defaults") or {}
    wishes: dict[Any, Wish] = {}
    by_object: dict[str, tuple[str, ...]] = {}
    linking: list[str] = []
    others: list[str] = []
    making = [(index, rule) for index, rule in enumerate(data["rules"]) if "skip" not in rule]
    for index, rule in making:
        object_name, held = object_of(rule, defaults), defaults_for(rule, defaults)
        if object_name is None:
            others.append(rule["name"])
            if not issubclass(find_mapper(mapper_of(rule, defaults)), CaseMapper):
                continue
        object_name = object_name or CASE
        by_object[object_name] = (*by_object.get(object_name, ()), rule["name"])
        options = {**({} if rule.get("mapper") else held.get("with") or {}), **(rule.get("with") or {})}
        if object_name == CASE and options.get("link", True):
            linking.append(rule["name"])
        for wish in _wishes(document, index, rule, held, object_name):
            key = (wish.object, wish.field, wish.place)
            known = wishes.get(key)
            wishes[key] = replace(wish, rules=known.rules + wish.rules) if known else wish
    for built in load_config(path, environment).rules if others else ():
        for name in sorted(objects_of(built, ask=ask_mappers)) if built.name in others else ():
            by_object[name] = tuple(dict.fromkeys((*by_object.get(name, ()), built.name)))
    return WrittenRules(tuple(wishes.values()), by_object, tuple(linking), tuple(others))


def _wishes(
    document: Document, index: int, rule: Mapping[str, Any], defaults: Mapping[str, Any], object_name: str
) -> Iterator[Wish]:
    own, inherited = rule.get("fields") or {}, defaults.get("fields") or {}
    for name, raw in {**inherited, **own}.items():
        if raw is None:
            continue
        path = ("rules", index, "fields", name) if name in own else ("defaults", "fields", name)
        parts = read_value(raw)
        line, column = document.position(path)
        place = Place(document.file, line, column, ".".join(map(str, path[-2:])))
        yield Wish(object_name, name, (rule["name"],), place, parts.values, parts.templates, parts.may_be_empty)

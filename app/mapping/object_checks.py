"""What cannot stand beside `object`: a Task is neither merged nor linked by itself, and the defaults are of Cases."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.record import CASE
from app.mapping.codes import Code
from app.mapping.inherited import CASE_MAPPER, defaults_for, mapper_of, object_of
from app.mapping.problems import Finding, Path


def check_object(path: Path, rule: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[Finding]:
    """For the rule at `path`."""
    name = object_of(rule, defaults)
    if name is None:
        if rule.get("object"):
            yield Finding((*path, "object"), Code.OBJECT_INVALID, _of_a_class(mapper_of(rule, defaults)))
    elif name != CASE:
        yield from _check_another(path, name, rule, defaults)


def _of_a_class(mapper: str) -> str:
    said = f"the mapper {mapper} says itself of which object its records are"
    return f"{said}: take `object` out, or write `mapper: {CASE_MAPPER}` beside it"


def _check_another(path: Path, name: str, rule: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[Finding]:
    if rule.get("merge"):
        said = f"a caller who asks again becomes a comment on an open Case, and a {name} takes none: take `merge` out"
        yield Finding((*path, "merge"), Code.OBJECT_INVALID, said)
    if rule.get("with_"):
        said = f"{name} has no options: what it is linked to is one of its fields, {_link(name)}"
        yield Finding((*path, "with"), Code.OBJECT_INVALID, said)
    if not {**(defaults_for(rule, defaults).get("fields_") or {}), **(rule.get("fields_") or {})}:
        said = f"the {name} would be empty, since the defaults are of another object: give it `fields`"
        yield Finding((*path, "object"), Code.OBJECT_INVALID, said)


def _link(name: str) -> str:
    field = "WhoId" if name in ("Task", "Event") else "Contact__c" if name.endswith("__c") else "ContactId"
    return f'such as {field}: {{contact: "{{{{ callback_number }}}}"}}'

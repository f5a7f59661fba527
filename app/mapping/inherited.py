"""What a rule takes over from the defaults. They are of one object: a rule of another one has its own words only."""

from collections.abc import Mapping
from typing import Any

from app.domain.record import CASE

CASE_MAPPER = "case"
# Of the defaults, as the file has them and as the schema names them.
_OF_THE_OBJECT = frozenset({"fields", "fields_", "require", "with", "with_", "merge"})


def mapper_of(rule: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """The rule's mapper."""
    return str(rule.get("mapper") or defaults.get("mapper") or CASE_MAPPER)


def object_of(rule: Mapping[str, Any], defaults: Mapping[str, Any]) -> str | None:
    """The object of the rule's records; nothing where a mapper of one's own decides it."""
    return _named(rule) or _named(defaults) or CASE if mapper_of(rule, defaults) == CASE_MAPPER else None


def defaults_for(rule: Mapping[str, Any], defaults: Mapping[str, Any]) -> Mapping[str, Any]:
    """The defaults that hold for the rule."""
    if object_of(rule, defaults) in (None, _named(defaults) or CASE):
        return defaults
    return {key: value for key, value in defaults.items() if key not in _OF_THE_OBJECT}


def _named(part: Mapping[str, Any]) -> str:
    return str(part.get("object") or "")

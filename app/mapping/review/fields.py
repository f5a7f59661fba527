"""Fields that are set twice under names that Salesforce does not tell apart."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.mapping.codes import Code
from app.mapping.inherited import defaults_for
from app.mapping.problems import Finding


def check_fields(loaded: Mapping[str, Any]) -> Iterator[Finding]:
    """`subject` beside `Subject`, in a rule or between a rule and the defaults."""
    defaults = loaded.get("defaults") or {}
    yield from _check(("defaults", "fields"), {}, defaults.get("fields_") or {})
    for index, rule in enumerate(loaded.get("rules") or []):
        if isinstance(rule, dict):
            inherited = defaults_for(rule, defaults).get("fields_") or {}
            yield from _check(("rules", index, "fields"), inherited, rule.get("fields_") or {})


def _check(path: tuple[str | int, ...], inherited: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Finding]:
    known = {name.lower(): name for name in inherited}
    for name in own:
        other = known.setdefault(name.lower(), name)
        if other != name:
            said = f"Salesforce does not tell {name} from {other}, which is set, too: write {other}, or take one out"
            yield Finding((*path, name), Code.FIELD_TWICE, said)

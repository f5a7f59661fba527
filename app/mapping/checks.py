"""What has to be right between the parts of a configuration. Takes whatever the schema has let through."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.record import CASE
from app.mapping.case import CaseMapper
from app.mapping.codes import Code
from app.mapping.document import Document, Node
from app.mapping.inherited import defaults_for, object_of
from app.mapping.object_checks import check_object
from app.mapping.options import check_options, options_of
from app.mapping.problems import Finding, Path, did_you_mean
from app.mapping.reach import check_reach
from app.mapping.registry import find_mapper, shadowed
from app.mapping.required import required_by
from app.mapping.summary import FIELD_BY_PREFIX

_NUMBERED = re.compile(r"(.+)-\d+")


def check_sources(loaded: Mapping[str, Any]) -> list[Finding]:
    """Names of sources that would get in each other's way."""
    return [
        Finding(("sources", name), Code.SOURCE_NAMES_CLASH, text)
        for name in loaded.get("sources") or {}
        for text in _clashes(name, loaded["sources"])
    ]


def _clashes(name: str, names: Mapping[str, Any]) -> Iterator[str]:
    numbered = _NUMBERED.fullmatch(name)
    if numbered and numbered[1] in names:
        yield f'there is a source "{numbered[1]}" already, and its external ids could be the same; choose another'
    if name == "file" or name.endswith("-file"):
        yield "a name that ends in `file` would make its secret's setting the file of another's; choose another"


def check_rules(loaded: Mapping[str, Any], document: Document) -> list[Finding]:
    """Names, order, required fields and options of the rules."""
    rules = [rule if isinstance(rule, dict) else {} for rule in loaded.get("rules") or []]
    written = _rules_in(document.data)
    defaults = loaded.get("defaults") or {}
    findings = [*_check_names(rules), *check_reach(rules, written, loaded.get("sources") or {}, document)]
    findings += check_options(("defaults", "with"), defaults.get("mapper"), defaults.get("with_") or {})
    for index, rule in enumerate(rules):
        if "skip" in written[index]:
            findings += _check_skip(index, written[index])
            continue
        # A mapper that is misspelt is told already; its options cannot be judged.
        if "mapper" in written[index] and not rule.get("mapper"):
            continue
        path = ("rules", index)
        own = rule.get("mapper") or defaults.get("mapper")
        findings += _check_shadowed(path if "mapper" in written[index] else ("defaults",), own)
        findings += check_object(path, rule, defaults)
        held = defaults_for(rule, defaults)
        if object_of(rule, defaults) in (None, CASE):
            findings += check_options((*path, "with"), own, rule.get("with_") or {}, options_of(rule, held))
        findings += _check_optional(path, rule, written[index], held)
        findings += _check_require(path, own, rule, held, _emptied(document, index, held))
    return findings


def _rules_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rules = document.get("rules")
    return [rule if isinstance(rule, dict) else {} for rule in rules] if isinstance(rules, list) else []


def _check_names(rules: list[dict[str, Any]]) -> Iterator[Finding]:
    names = [rule.get("name") for rule in rules]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            text = f'there is a rule "{name}" already; each name is used once'
            yield Finding(("rules", index, "name"), Code.RULE_NAME_TWICE, text)


def _check_skip(index: int, written: Mapping[str, Any]) -> Iterator[Finding]:
    for key in ("fields", "require", "optional", "mapper", "with", "merge"):
        if key in written:
            text = f"a rule with `skip` makes nothing: take `{key}` out, or `skip`"
            yield Finding(("rules", index, key), Code.SKIP_INVALID, text)


def _check_shadowed(path: Path, mapper: str | None) -> Iterator[Finding]:
    packages = shadowed(mapper or "")
    if packages:
        text = f'the package {packages} gives a mapper "{mapper}", too, but Ringback\'s own is taken; rename the other'
        yield Finding((*path, "mapper"), Code.MAPPER_SHADOWED, text)


def _emptied(document: Document, index: int, defaults: Mapping[str, Any]) -> dict[str, Path]:
    """The fields that are switched off for this rule, and where."""
    paths = [*([("defaults", "fields")] if "fields_" in defaults else []), ("rules", index, "fields")]
    written = {name: (*path, name) for path in paths if (node := document.at(path)) for name in node.children}
    return {name: path for name, path in written.items() if (node := document.at(path)) and _is_nothing(node)}


def _is_nothing(node: Node) -> bool:
    return not node.broken and (node.value is None or (isinstance(node.value, str) and not node.value.strip()))


def _check_optional(
    path: Path, rule: Mapping[str, Any], written: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Iterator[Finding]:
    inherited = defaults.get("require") or []
    if written.get("require") == [] and inherited and not rule.get("optional"):
        text = (
            f"an empty list takes nothing back of what the defaults require: write `optional: [{', '.join(inherited)}]`"
        )
        yield Finding((*path, "require"), Code.REQUIRE_EMPTY, text)
    for index, name in enumerate(rule.get("optional") or []):
        if name in (rule.get("require") or []):
            text = f"this rule requires {name} itself: take it out of one of the two"
            yield Finding((*path, "optional", index), Code.OPTIONAL_INVALID, text)
        elif name not in inherited:
            meant = did_you_mean(name, inherited)
            text = f"the defaults do not require {name}; {meant or 'take it out'}"
            yield Finding((*path, "optional", index), Code.OPTIONAL_INVALID, text)


def _check_require(
    path: Path, mapper: str | None, rule: Mapping[str, Any], defaults: Mapping[str, Any], emptied: Mapping[str, Path]
) -> Iterator[Finding]:
    # What a mapper of one's own sets is not known before it runs.
    if mapper is None or find_mapper(mapper) is not CaseMapper:
        return
    fields = {**(defaults.get("fields_") or {}), **(rule.get("fields_") or {})}
    linked = FIELD_BY_PREFIX.values() if object_of(rule, defaults) == CASE else ()
    known = [*(name for name, value in fields.items() if value is not None), *linked]
    required = required_by(rule, defaults)
    for where, part in ((path, rule), (("defaults",), defaults)):
        for index, name in enumerate(part.get("require") or []):
            if name not in required:
                continue
            if name in emptied:
                text = f"the field {name} is required and has no value here, so every callback would be refused"
                yield Finding(emptied[name], Code.REQUIRED_NOT_SET, text)
            # A field whose value is wrong has been told.
            if name not in known and name not in fields:
                meant = did_you_mean(name, known)
                if name[:1] in "-!~":
                    meant = f"what the defaults require is taken back by `optional: [{name[1:]}]`"
                text = f"no field {name} is set, so every callback would be refused" + (f"; {meant}" if meant else "")
                yield Finding((*where, "require", index), Code.REQUIRED_NOT_SET, text)

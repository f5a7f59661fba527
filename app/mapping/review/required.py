"""Required fields that have no value for a bare callback, which would be refused."""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import meta

from app.mapping.case import CaseMapper
from app.mapping.codes import Code
from app.mapping.inherited import defaults_for
from app.mapping.language.parsing import parse
from app.mapping.names import KNOWN_NAMES
from app.mapping.problems import Finding, Path
from app.mapping.registry import find_mapper
from app.mapping.required import required_by
from app.mapping.review.leaves import leaves
from app.mapping.review.rendering import try_render
from app.mapping.review.samples import bare, given_by
from app.mapping.summary import FIELD_BY_PREFIX
from app.mapping.values import compile_value


def check_required(loaded: Mapping[str, Any]) -> Iterator[Finding]:
    """Fields of the rules that `require` names, and what they lack."""
    for index, rule in enumerate(loaded.get("rules") or []):
        defaults = loaded.get("defaults") or {}
        if not isinstance(rule, dict) or "skip" in rule or not _is_case(rule.get("mapper") or defaults.get("mapper")):
            continue
        defaults = defaults_for(rule, defaults)
        own, inherited = rule.get("fields_") or {}, defaults.get("fields_") or {}
        for name in required_by(rule, defaults):
            path = ("rules", index, "fields", name) if name in own else ("defaults", "fields", name)
            yield from _check(path, {**inherited, **own}.get(name), rule.get("when") or {})


def _is_case(mapper: str | None) -> bool:
    return mapper is not None and find_mapper(mapper) is CaseMapper


def _check(path: Path, raw: Any, when: Mapping[str, Any]) -> Iterator[Finding]:
    # What has no value for any callback is an error, and told as such; IVRs set what is linked.
    if raw is None or (isinstance(raw, str) and not raw.strip()) or path[-1] in FIELD_BY_PREFIX.values():
        return
    value, failed = try_render(compile_value(raw), bare(given_by(when)))
    if value is None and not failed:
        text = f"{path[-1]} is required, and is empty for a callback {_without(raw, path, when)}, which is refused then"
        yield Finding(path, Code.REQUIRED_MAY_BE_EMPTY, f"{text}: {_mend(raw, path)}")


def _without(raw: Any, path: Path, when: Mapping[str, Any]) -> str:
    known = bare(given_by(when))
    names = sorted(name for name in _names(raw, path) if known[name] is None)
    return f"without {', '.join(names)}" if names else "that has only an id and a number"


def _names(raw: Any, path: Path) -> set[str]:
    found = {name for leaf in leaves(raw, path) for name in meta.find_undeclared_variables(parse(leaf.template))}
    if isinstance(raw, Mapping) and "of" in raw:
        found.add(str(raw["of"]).strip())
    return found & KNOWN_NAMES


def _mend(raw: Any, path: Path) -> str:
    if isinstance(raw, Mapping):
        return "give the table a `default`" if "table" in raw else "give it `otherwise`"
    names = sorted(_names(raw, path))
    if len(names) == 1 and raw.replace(" ", "") == f"{{{{{names[0]}}}}}":
        return f"""write "{{{{ {names[0]} or 'Callback' }}}}", or another text of yours"""
    return "put a text of yours beside it, or behind `or`"

"""The values of `fields` in the YAML, compiled: templates, constants, refs, value tables, typed values."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.record import Value
from app.mapping.codes import Code
from app.mapping.due import DUE, Later, compile_due
from app.mapping.due import KINDS as WITH_DUE
from app.mapping.instead import DUE as DUE_INSTEAD
from app.mapping.instead import KINDS as KINDS_INSTEAD
from app.mapping.instead import meant
from app.mapping.language.template import Names, Render
from app.mapping.lookups import compile_lookup
from app.mapping.names import KNOWN_NAMES
from app.mapping.problems import WrongError, unknown_keys
from app.mapping.references import REF_KINDS, compile_reference
from app.mapping.render import compile_expression, compile_template, is_template, nothing
from app.mapping.tables import TABLE, compile_table
from app.mapping.typed import KINDS, convert

_UTC = ZoneInfo("UTC")
_GLUED = re.compile(rf"({'|'.join((*REF_KINDS, *KINDS))})[:\s=]\s*(\S.*)")
_AFTER = re.compile(r"\+?\s*(\d+)\s*(min|h|hour|day|stunde|tag)", re.IGNORECASE)
_WANTED = "wanted is a text, a number, true or false, or a mapping such as {queue: NAME}"


def compile_value(raw: Any) -> Render:
    """A value of `fields:` in the YAML as a function of the callback's names.

    Raises `WrongError` when `raw` cannot be a field's value.
    """
    if isinstance(raw, str):
        return compile_template(raw)
    if isinstance(raw, Mapping):
        return _compile_mapping(raw)
    if raw is None or isinstance(raw, (bool, int)) or (isinstance(raw, float) and math.isfinite(raw)):
        return lambda _: raw
    raise WrongError(Code.FIELD_VALUE_INVALID, f"{_kind(raw)}; {_WANTED}")


def _kind(raw: Any) -> str:
    if isinstance(raw, date):
        return 'a date is no field value, but {date: "2026-11-21"} is one'
    return f".{raw} is no field value" if isinstance(raw, float) else "a list is no field value"


def _compile_mapping(raw: Mapping[Any, Any]) -> Render:
    kinds = [key for key in raw if key in REF_KINDS or key in KINDS]
    if len(kinds) > 1:
        raise WrongError(Code.REFERENCE_INVALID, f"wanted is one of {' and '.join(kinds)}, not both")
    if kinds:
        return _COMPILERS.get(kinds[0], _typed)(kinds[0], raw)
    if any(key in TABLE for key in raw):
        return compile_table(raw, compile_value)
    raise _no_value(raw)


def _no_value(raw: Mapping[Any, Any]) -> WrongError:
    known = [*REF_KINDS, *KINDS]
    if not raw:
        return WrongError(Code.FIELD_VALUE_INVALID, f"there is nothing in it; {_WANTED}")
    name = next(iter(raw))
    if any(key in DUE for key in raw):
        said = 'working time begins at a time: {datetime: "{{ requested_at }}", plus: 4 h, within: *hours}'
        return WrongError(Code.UNKNOWN_REFERENCE, said, (name,))
    if name in ("if", "when", "then", "else"):
        said = 'a choice is written as a template: "{% if waited %}High{% else %}Low{% endif %}"'
        return WrongError(Code.UNKNOWN_REFERENCE, said, (name,))
    if name in KNOWN_NAMES:
        return WrongError(
            Code.TEMPLATE_UNQUOTED, f'a template is written in quotes, with two braces: "{{{{ {name} }}}}"'
        )
    if str(name).endswith("__c"):
        said = f"the field that holds a record's id takes {{lookup: OBJECT, by: {name}, value: …}}"
        return WrongError(Code.UNKNOWN_REFERENCE, said, (name,))
    glued = _GLUED.fullmatch(str(name))
    if glued:
        said = f"a blank or a colon is missing: write {{{glued[1]}: {glued[2]}}}"
        return WrongError(Code.UNKNOWN_REFERENCE, said, (name,))
    near = meant(str(name), [*known, *TABLE], KINDS_INSTEAD)
    said = f'unknown kind of value "{name}"; {near + " " if near else ""}'
    return WrongError(Code.UNKNOWN_REFERENCE, f"{said}Known: {', '.join(known)}, or `of` with `table`", (name,))


def _typed(kind: str, raw: Mapping[Any, Any]) -> Render:
    if kind in WITH_DUE:
        return _time(kind, raw)
    wrong = unknown_keys(raw, [kind])
    if any(key in DUE for key in raw):
        wrong.findings.clear()
        wrong.add(Code.TYPED_INVALID, "working time gives a `datetime` or a `date`: write one of them here", kind)
    compiled: Render = nothing
    with wrong.part(kind, code=Code.TYPED_INVALID):
        compiled = _conversion(kind, raw[kind])
    wrong.tell()
    return compiled


def _reference(kind: str, raw: Mapping[Any, Any]) -> Render:
    return compile_lookup(raw, compile_value) if kind == "lookup" else compile_reference(kind, raw, compile_value)


_COMPILERS = dict.fromkeys(REF_KINDS, _reference)


def _time(kind: str, raw: Mapping[Any, Any]) -> Render:
    """A date or a time; with `plus` some working time later."""
    wrong = unknown_keys(raw, [kind, *DUE], DUE_INSTEAD)
    compiled: Render = nothing
    later: Later | None = None
    with wrong.part():
        later = compile_due(kind, raw)
    with wrong.part(kind, code=Code.TYPED_INVALID):
        # Of a day it is not known when it begins to count.
        compiled = _conversion(kind if later is None else "datetime", raw[kind])
    wrong.tell()
    return compiled if later is None else _moved(kind, compiled, later)


def _moved(kind: str, compiled: Render, later: Later) -> Render:
    def render(names: Mapping[str, Any]) -> Value | None:
        moment, zone = compiled(names), _zone(names)
        return convert(kind, later(moment, zone), zone) if isinstance(moment, datetime) else None

    return render


def _conversion(kind: str, raw: Any) -> Render:
    if isinstance(raw, str) and is_template(raw):
        native = compile_expression(raw)
        return lambda names: convert(kind, native(names), _zone(names))
    if isinstance(raw, (Mapping, list)):
        raise WrongError(Code.TYPED_INVALID, f"wanted is a {kind}, or a template that gives one")
    if isinstance(raw, str) and raw.strip() in KNOWN_NAMES:
        raise WrongError(Code.TYPED_INVALID, f'a name is written as a template: "{{{{ {raw.strip()} }}}}"')
    if kind in ("date", "datetime") and isinstance(raw, str) and _AFTER.match(raw):
        said = f'a later time is a template: {{{kind}: "{{{{ requested_at | plus(hours=4) }}}}"}}'
        raise WrongError(Code.TYPED_INVALID, said)
    # What stands there for every callback is tried at once.
    convert(kind, raw, _UTC)
    return lambda names: convert(kind, raw, _zone(names))


def _zone(names: Mapping[str, Any]) -> ZoneInfo:
    return names.source.zone if isinstance(names, Names) else _UTC

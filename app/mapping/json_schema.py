"""`config/ringback.yaml` as a JSON Schema, so that editors complete it and mark mistakes while it is written.

Made of the marshmallow schemas that load it, so that there is one truth. It accepts all that Ringback accepts, but not
only that: what needs the whole file, such as a rule that is never reached, is for `ringback check`.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from marshmallow import fields, validate

from app.domain.access import Scheme
from app.domain.record import FIELD_NAME
from app.mapping.access import HEADER_NAME, USER_NAME
from app.mapping.conditions import EXTRA, KEYS, KeyKind
from app.mapping.dates import DAYS as DATES
from app.mapping.due import KINDS as WITH_DUE
from app.mapping.hours_meant import DAYS
from app.mapping.names import KNOWN_NAMES, NAMES
from app.mapping.patterns import LONGEST
from app.mapping.references import BY, BY_NUMBER, REF_KINDS
from app.mapping.schema import ConfigSchema, Duration, Scalar, Strict, When
from app.mapping.typed import KINDS

Part = dict[str, Any]

# A value that is read from the environment can be anything, as far as an editor knows.
_ENVIRONMENT = r"\$\{"
# What Python's patterns have in the place of `$`.
_END = r"\Z"


def _ref(name: str) -> Part:
    """What is defined under `name`."""
    return {"$ref": f"#/definitions/{name}"}


def _obj(properties: Mapping[str, Part], *required: str, **more: Any) -> Part:
    """A mapping with these keys and no others, unless `more` says so."""
    found: Part = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    return {**found, "required": list(required)} if required else found


def _text_like(pattern: str, **more: Any) -> Part:
    """A text that is this pattern as a whole, or names a variable of the environment."""
    return {"type": "string", "pattern": f"^(?:{pattern})$|{_ENVIRONMENT}", **more}


def _one_of(choices: list[str], **more: Any) -> Part:
    """One of these texts, or what names a variable of the environment."""
    return {"anyOf": [{"enum": choices}, {"type": "string", "pattern": _ENVIRONMENT}], **more}


def _any_case(word: str) -> str:
    """A pattern for the word in capital letters, small ones or both."""
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else re.escape(letter) for letter in word)


_TRUE: Part = {"const": True}
_SPAN = r"\s*\d{1,2}:\d{2}\s*[-\u2013]\s*\d{1,2}:\d{2}\s*"
# What a plain value is compared with; times and lengths have no plain value.
_PLAIN: Part = {"type": ["string", "integer"]}
_DURATION = _text_like(r"\s*\d{1,6}\s*[A-Za-z]+\s*", examples=["90 s", "30 min", "2 h", "1 day"])
_OTHERWISE = {**_ref("value"), "description": "the value if none is found, or several are"}


def json_schema() -> dict[str, Any]:
    """The schema, in the version that editors know best."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Ringback: sources and rules",
        **_mapping_of(ConfigSchema()),
        "definitions": {**_values(), **_conditions(), **_access()},
    }


def _mapping_of(schema: Strict) -> Part:
    """The JSON Schema of a mapping."""
    keys = {field.data_key or name: _described(field) for name, field in schema.fields.items()}
    required = [field.data_key or name for name, field in schema.fields.items() if field.required]
    free: Part = {"patternProperties": {f"^{schema.free}": {}}} if schema.free else {}
    return _obj(keys, *required, **free)


def _described(field: fields.Field[Any]) -> Part:
    found = {**_part(field), **field.metadata}
    if field.allow_none and "type" in found:
        found["type"] = [found["type"], "null"]
    if isinstance(field.load_default, (str, bool)):
        found["default"] = field.load_default
    return found


def _part(field: fields.Field[Any]) -> Part:
    if isinstance(field, fields.Nested):
        return _mapping_of(cast(Strict, field.schema))
    if isinstance(field, fields.List):
        return {"type": "array", "items": _described(field.inner), **_length(field, "Items")}
    if isinstance(field, fields.Dict):
        return _dict(field)
    if isinstance(field, fields.String):
        return _text(field)
    return _OWN.get(type(field), {})


def _dict(field: fields.Dict) -> Part:
    values = _described(field.value_field) if field.value_field else {}
    keys = field.key_field
    if keys is not None and "enum" in keys.metadata:
        return _obj(dict.fromkeys(keys.metadata["enum"], values))
    patterns = [check.regex.pattern for check in keys.validators if isinstance(check, validate.Regexp)] if keys else []
    if patterns:
        return _obj({}, patternProperties={f"^{str(patterns[0]).removesuffix(_END)}$": values})
    return {"type": "object", "additionalProperties": values or True}


def _text(field: fields.String) -> Part:
    for check in field.validators:
        if isinstance(check, validate.OneOf):
            return _one_of(list(check.choices))
        if isinstance(check, validate.Regexp):
            return _text_like(str(check.regex.pattern).removesuffix(_END))
    return {"type": "string", **_length(field, "Length")}


def _length(field: fields.Field[Any], what: str) -> Part:
    bounds = next((check for check in field.validators if isinstance(check, validate.Length)), None)
    both = {f"min{what}": bounds.min, f"max{what}": bounds.max} if bounds else {}
    return {name: bound for name, bound in both.items() if bound is not None}


_OWN: dict[type[fields.Field[Any]], Part] = {
    fields.Boolean: {"type": "boolean"},
    fields.Integer: {"type": "integer"},
    Scalar: {"type": ["string", "integer"]},
    Duration: _DURATION,
    When: _ref("when"),
}


def _values() -> dict[str, Part]:
    """The definition `value`."""
    plain: Part = {"type": ["string", "number", "boolean", "null"], "description": "a template, or the value itself"}
    references = [_reference(kind) for kind in REF_KINDS if kind != "lookup"]
    found_by = [_found_by_field(kind) for kind in BY_NUMBER]
    mappings = [*references, *found_by, _lookup(), *(_typed(kind) for kind in KINDS), _table()]
    return {"value": {"anyOf": [plain, *mappings]}}


def _reference(kind: str) -> Part:
    keys: dict[str, Part] = {kind: {"type": "string", "minLength": 1, "description": REF_KINDS[kind]}}
    if kind in BY_NUMBER:
        keys[kind]["pattern"] = r"\d|\{[{%#]|\$\{"
    if kind in BY:
        keys["by"] = _one_of(list(BY[kind]), description="what the name is")
    return _obj({**keys, "otherwise": _OTHERWISE}, kind)


def _found_by_field(kind: str) -> Part:
    said = f"the field of the {BY_NUMBER[kind]} that holds it"
    by = _text_like(FIELD_NAME, description=said, examples=["CustomerNo__c"])
    return _obj({kind: {"type": "string", "minLength": 1}, "by": by, "otherwise": _OTHERWISE}, kind, "by")


def _lookup() -> Part:
    of = _text_like(FIELD_NAME, description=REF_KINDS["lookup"], examples=["Contract__c"])
    by = _text_like(FIELD_NAME, description="the API name of its field", examples=["Number__c"])
    value: Part = {"anyOf": [{"type": ["string", "integer"], "minLength": 1}, _typed("number")]}
    value["description"] = "what the field holds"
    return _obj({"lookup": of, "by": by, "value": value, "otherwise": _OTHERWISE}, "lookup", "by", "value")


def _typed(kind: str) -> Part:
    given = {"type": ["string", "number", "boolean", "null"], "description": f"a template that gives a {kind}, or one"}
    if kind not in WITH_DUE:
        return _obj({kind: given}, kind)
    plus = {**_DURATION, "description": "so much working time later", "examples": ["4 h"]}
    due = {"plus": plus, "within": _ref("hours"), "except": {**_dates(), "description": "days on which it is closed"}}
    both = {"plus": ["within"], "within": ["plus"], "except": ["plus"]}
    return _obj({kind: given, **due}, kind, dependencies=both)


def _table() -> Part:
    of: Part = {"type": "string", "description": "a name or a template", "examples": sorted(KNOWN_NAMES)}
    rows: Part = {"type": "object", "minProperties": 1, "additionalProperties": _ref("value")}
    rows["description"] = "the value for each of what `of` may be"
    default = {**_ref("value"), "description": "the value for all else; without it the field is not sent"}
    return _obj({"of": of, "table": rows, "default": default}, "of", "table")


def _conditions() -> dict[str, Part]:
    """The definitions `when`, and of what it is made."""
    return {
        "when": _obj(
            {name: {**_ref(_condition_of(key.kind)), "description": NAMES[name].meaning} for name, key in KEYS.items()},
            patternProperties={f"^{EXTRA.replace('.', '[.]')}.": _ref("condition")},
        ),
        "condition": _condition("condition", {"matches": _pattern()}, _PLAIN),
        "number_condition": _condition("number_condition", {"matches": _pattern(), **_number_operators()}, _PLAIN),
        "time_condition": _condition("time_condition", {"within": _ref("hours"), "dates": _dates()}),
        "length_condition": _condition("length_condition", {"at_least": {**_DURATION, "description": "not shorter"}}),
        "hours": _hours(),
    }


def _condition_of(kind: KeyKind) -> str:
    named = {KeyKind.TIME: "time_condition", KeyKind.LENGTH: "length_condition", KeyKind.NUMBER: "number_condition"}
    return named.get(kind, "condition")


def _condition(name: str, own: dict[str, Part], *plain: Part) -> Part:
    operators: dict[str, Part] = {
        **own,
        "missing": {**_TRUE, "description": "the callback does not have it"},
        "present": {**_TRUE, "description": "the callback has it"},
        "not": {**_ref(name), "description": "any condition that must not hold"},
    }
    any_of_them: Part = {"type": "array", "minItems": 1, "items": _ref(name)}
    return {"anyOf": [*plain, any_of_them, _obj(operators, minProperties=1)]}


def _pattern() -> Part:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST,
        "description": "a pattern (RE2) for the whole value",
    }


def _number_operators() -> dict[str, Part]:
    country = _text_like("[A-Z]{2}", examples=["DE", "AT", "CH"])
    countries: Part = {"anyOf": [country, {"type": "array", "minItems": 1, "items": country}]}
    file: Part = {"type": "string", "minLength": 1, "examples": ["vip.txt"]}
    return {
        "country": {**countries, "description": "the country of the number, or several"},
        "numbers": {**file, "description": "a file beside this one with a number on each line"},
    }


def _dates() -> Part:
    days = _text_like(rf"\s*{DATES}\s*", examples=["12-25", "2026-04-03", "12-24 to 01-01"])
    return {"type": "array", "minItems": 1, "items": days, "description": "days on the clock of the source"}


def _hours() -> Part:
    day = "(?:" + "|".join(_any_case(day) for day in DAYS) + ")"
    days = rf"\s*{day}(?:\s*-\s*{day})?\s*"
    spans = _text_like(f"{_SPAN}(?:,{_SPAN})*", examples=["08:00-18:00"])
    hours: Part = {"anyOf": [spans, {"type": "array", "minItems": 1, "items": _text_like(_SPAN)}]}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": dict.fromkeys(("mon-fri", *DAYS), hours),
        "patternProperties": {f"^{days}(?:,{days})*$": hours},
        "additionalProperties": False,
        "description": "office hours on the clock of the source",
    }


def _access() -> dict[str, Part]:
    """The definition `auth`."""
    basic, header = Scheme.BASIC.value, Scheme.HEADER.value
    user = _text_like(USER_NAME, description="the user name; the secret is its password", examples=["jtel"])
    name = _text_like(HEADER_NAME, description="the header that holds the secret", examples=["X-Api-Key"])
    return {
        "auth": {"anyOf": [_one_of([Scheme.BEARER.value]), _obj({basic: user}, basic), _obj({header: name}, header)]}
    }

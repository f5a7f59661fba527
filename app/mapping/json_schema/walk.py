"""Walks marshmallow's schemas. What a field's `metadata` holds goes into its JSON Schema: the description, and what a
check that is code cannot tell."""

from typing import Any, cast

from marshmallow import fields, validate

from app.mapping.json_schema.conditions import DURATION
from app.mapping.json_schema.parts import Part, obj, one_of, ref, text_like
from app.mapping.schema import Duration, Scalar, Strict, When

# What Python's patterns have in the place of `$`.
_END = r"\Z"


def walk(schema: Strict) -> Part:
    """The JSON Schema of a mapping."""
    keys = {field.data_key or name: _described(field) for name, field in schema.fields.items()}
    required = [field.data_key or name for name, field in schema.fields.items() if field.required]
    free: Part = {"patternProperties": {f"^{schema.free}": {}}} if schema.free else {}
    return obj(keys, *required, **free)


def _described(field: fields.Field[Any]) -> Part:
    found = {**_part(field), **field.metadata}
    if field.allow_none and "type" in found:
        found["type"] = [found["type"], "null"]
    if isinstance(field.load_default, (str, bool)):
        found["default"] = field.load_default
    return found


def _part(field: fields.Field[Any]) -> Part:
    if isinstance(field, fields.Nested):
        return walk(cast(Strict, field.schema))
    if isinstance(field, fields.List):
        return {"type": "array", "items": _described(field.inner), **_length(field, "Items")}
    if isinstance(field, fields.Dict):
        return _mapping(field)
    if isinstance(field, fields.String):
        return _text(field)
    return _OWN.get(type(field), {})


def _mapping(field: fields.Dict) -> Part:
    values = _described(field.value_field) if field.value_field else {}
    keys = field.key_field
    if keys is not None and "enum" in keys.metadata:
        return obj(dict.fromkeys(keys.metadata["enum"], values))
    patterns = [check.regex.pattern for check in keys.validators if isinstance(check, validate.Regexp)] if keys else []
    if patterns:
        return obj({}, patternProperties={f"^{str(patterns[0]).removesuffix(_END)}$": values})
    return {"type": "object", "additionalProperties": values or True}


def _text(field: fields.String) -> Part:
    for check in field.validators:
        if isinstance(check, validate.OneOf):
            return one_of(list(check.choices))
        if isinstance(check, validate.Regexp):
            return text_like(str(check.regex.pattern).removesuffix(_END))
    return {"type": "string", **_length(field, "Length")}


def _length(field: fields.Field[Any], what: str) -> Part:
    bounds = next((check for check in field.validators if isinstance(check, validate.Length)), None)
    both = {f"min{what}": bounds.min, f"max{what}": bounds.max} if bounds else {}
    return {name: bound for name, bound in both.items() if bound is not None}


_OWN: dict[type[fields.Field[Any]], Part] = {
    fields.Boolean: {"type": "boolean"},
    Scalar: {"type": ["string", "integer"]},
    Duration: DURATION,
    When: ref("when"),
}

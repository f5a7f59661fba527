"""The forms in which a callback may come, as JSON Schema."""

from typing import Any

from apispec import APISpec

from app.domain.jtel_fields import JTEL_FIELDS, Form, JtelField, Kind

# Any value may come as text, and none may be missing over a wrong one: only an event id can be refused.
_OTHER: dict[str, Any] = {"type": ["string", "number", "null"]}
_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.EVENT_ID: {"type": ["integer", "string", "null"], "pattern": r"^(?=.*[0-9])[A-Za-z0-9_]{1,50}$", "minimum": 1},
    Kind.WHOLE: {"type": ["integer", "string", "null"]},
}
_EVENT_ID = {"anyOf": [{"required": ["AcdEventsID"]}, {"required": ["ID"]}]}


def add_forms(spec: APISpec) -> dict[str, Any]:
    """Adds the forms to the specification; returns the body of a request that may hold any of them."""
    spec.components.schema("Callback", {**_EVENT_ID, **_form(Form.FLAT)})
    spec.components.schema("AcdEvent", {"required": ["ID"], **_form(Form.RECORD)})
    flat, record = _named("Callback"), _named("AcdEvent")
    either = {"anyOf": [flat, record]}
    wrapped = {"type": "object", "required": ["AcdEvent"], "properties": {"AcdEvent": either}}
    listed = {"type": "array", "items": either, "minItems": 1, "maxItems": 1}
    records = {"type": "object", "required": ["records"], "properties": {"records": listed}}
    return {
        "application/json": {"schema": {"anyOf": [flat, record, wrapped, records]}},
        "application/x-www-form-urlencoded": {"schema": flat},
    }


def _form(form: Form) -> dict[str, Any]:
    return {"type": "object", "properties": {one.name: _field(one) for one in JTEL_FIELDS if form in one.form}}


def _field(field: JtelField) -> dict[str, Any]:
    examples = {} if field.example is None else {"examples": [field.example]}
    return {"default": None, "description": field.meaning, **examples, **_TYPES.get(field.kind, _OTHER)}


def _named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}

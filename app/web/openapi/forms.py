"""The forms in which a callback may come, as JSON Schema made of the schemas that read them."""

from collections.abc import Mapping
from typing import Any, cast

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from app.payload.schemas import FLAT, REST_RECORD
from app.payload.values import EventId, Scalar, Whole

# Any value may come as text, and none may be missing over a wrong one: only an event id can be refused.
_TYPES: Mapping[type[Scalar], Mapping[str, Any]] = {
    EventId: {"type": ["integer", "string", "null"], "pattern": r"^(?=.*[0-9])[A-Za-z0-9_]{1,50}$", "minimum": 1},
    Whole: {"type": ["integer", "string", "null"]},
    Scalar: {"type": ["string", "number", "null"]},
}
_EVENT_ID = {"anyOf": [{"required": ["AcdEventsID"]}, {"required": ["ID"]}]}


def describe_fields(plugin: MarshmallowPlugin) -> None:
    """Tells apispec what our fields take."""

    def types(_: Any, field: Any, **__: Any) -> dict[str, Any]:
        found = next((said for kind, said in _TYPES.items() if isinstance(field, kind)), {})
        return dict(found)

    cast(Any, plugin.converter).add_attribute_function(types)


def add_forms(spec: APISpec) -> dict[str, Any]:
    """Adds the forms to the specification; returns the body of a request that may hold any of them."""
    spec.components.schema("Callback", component=_EVENT_ID, schema=FLAT)
    spec.components.schema("AcdEvent", component={"required": ["ID"]}, schema=REST_RECORD)
    flat, record = _named("Callback"), _named("AcdEvent")
    either = {"anyOf": [flat, record]}
    wrapped = {"type": "object", "required": ["AcdEvent"], "properties": {"AcdEvent": either}}
    listed = {"type": "array", "items": either, "minItems": 1, "maxItems": 1}
    records = {"type": "object", "required": ["records"], "properties": {"records": listed}}
    return {
        "application/json": {"schema": {"anyOf": [flat, record, wrapped, records]}},
        "application/x-www-form-urlencoded": {"schema": flat},
    }


def _named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}

"""What may stand in `fields`, as JSON Schema."""

from app.domain.record import FIELD_NAME
from app.mapping.json_schema.parts import Part, obj, one_of, ref, text_like
from app.mapping.names import KNOWN_NAMES
from app.mapping.references import BY, REF_KINDS
from app.mapping.related import SEARCHES
from app.mapping.typed import KINDS

_OTHERWISE = {**ref("value"), "description": "the value if none is found, or several are"}


def values() -> dict[str, Part]:
    """The definition `value`."""
    plain: Part = {"type": ["string", "number", "boolean", "null"], "description": "a template, or the value itself"}
    found_by = [_found_by_field(kind) for kind in SEARCHES]
    mappings = [*(_reference(kind) for kind in REF_KINDS), *found_by, *(_typed(kind) for kind in KINDS), _table()]
    return {"value": {"anyOf": [plain, *mappings]}}


def _reference(kind: str) -> Part:
    keys: dict[str, Part] = {kind: {"type": "string", "minLength": 1, "description": REF_KINDS[kind]}}
    if kind in SEARCHES:
        keys[kind]["pattern"] = r"\d|\{[{%#]|\$\{"
    if kind in BY:
        keys["by"] = one_of(list(BY[kind]), description="what the name is")
    return obj({**keys, "otherwise": _OTHERWISE}, kind)


def _found_by_field(kind: str) -> Part:
    by = text_like(FIELD_NAME, description=f"the field of the {kind} that holds it", examples=["CustomerNo__c"])
    return obj({kind: {"type": "string", "minLength": 1}, "by": by, "otherwise": _OTHERWISE}, kind, "by")


def _typed(kind: str) -> Part:
    given = {"type": ["string", "number", "boolean", "null"], "description": f"a template that gives a {kind}, or one"}
    return obj({kind: given}, kind)


def _table() -> Part:
    of: Part = {"type": "string", "description": "a name or a template", "examples": sorted(KNOWN_NAMES)}
    rows: Part = {"type": "object", "minProperties": 1, "additionalProperties": ref("value")}
    rows["description"] = "the value for each of what `of` may be"
    default = {**ref("value"), "description": "the value for all else; without it the field is not sent"}
    return obj({"of": of, "table": rows, "default": default}, "of", "table")

"""The conditions of `when`, as JSON Schema."""

from app.mapping.dates import DAYS as DATES
from app.mapping.json_schema.parts import Part, any_case, obj, ref, text_like
from app.mapping.names import NAMES
from app.mapping.office_hours import DAYS
from app.mapping.patterns import LONGEST
from app.mapping.when_keys import EXTRA, KEYS, Kind

_TRUE: Part = {"const": True}
_SPAN = r"\s*\d{1,2}:\d{2}\s*[-\u2013]\s*\d{1,2}:\d{2}\s*"
# What a plain value is compared with; times and lengths have no plain value.
_PLAIN: Part = {"type": ["string", "integer"]}
DURATION = text_like(r"\s*\d{1,6}\s*[A-Za-z]+\s*", examples=["90 s", "30 min", "2 h", "1 day"])


def conditions() -> dict[str, Part]:
    """The definitions `when`, and of what it is made."""
    return {
        "when": obj(
            {name: {**ref(_name(key.kind)), "description": NAMES[name].meaning} for name, key in KEYS.items()},
            patternProperties={f"^{EXTRA.replace('.', '[.]')}.": ref("condition")},
        ),
        "condition": _condition("condition", {"matches": _pattern()}, _PLAIN),
        "time_condition": _condition("time_condition", {"within": ref("hours"), "dates": _dates()}),
        "length_condition": _condition("length_condition", {"at_least": {**DURATION, "description": "not shorter"}}),
        "hours": _hours(),
    }


def _name(kind: Kind) -> str:
    return {Kind.TIME: "time_condition", Kind.LENGTH: "length_condition"}.get(kind, "condition")


def _condition(name: str, own: dict[str, Part], *plain: Part) -> Part:
    operators: dict[str, Part] = {
        **own,
        "missing": {**_TRUE, "description": "the callback does not have it"},
        "present": {**_TRUE, "description": "the callback has it"},
        "not": {**ref(name), "description": "any condition that must not hold"},
    }
    any_of_them: Part = {"type": "array", "minItems": 1, "items": ref(name)}
    return {"anyOf": [*plain, any_of_them, obj(operators, minProperties=1)]}


def _pattern() -> Part:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST,
        "description": "a pattern (RE2) for the whole value",
    }


def _dates() -> Part:
    days = text_like(rf"\s*{DATES}\s*", examples=["12-25", "2026-04-03", "12-24 to 01-01"])
    return {"type": "array", "minItems": 1, "items": days, "description": "days on the clock of the source"}


def _hours() -> Part:
    day = "(?:" + "|".join(any_case(day) for day in DAYS) + ")"
    days = rf"\s*{day}(?:\s*-\s*{day})?\s*"
    spans = text_like(f"{_SPAN}(?:,{_SPAN})*", examples=["08:00-18:00"])
    hours: Part = {"anyOf": [spans, {"type": "array", "minItems": 1, "items": text_like(_SPAN)}]}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": dict.fromkeys(("mon-fri", *DAYS), hours),
        "patternProperties": {f"^{days}(?:,{days})*$": hours},
        "additionalProperties": False,
        "description": "office hours on the clock of the source",
    }

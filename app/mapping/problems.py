"""What marshmallow finds wrong, as sentences for an admin with the place in the file."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from app.mapping.positions import Path

Problem = tuple[tuple[str | int, ...], str]

# marshmallow's stock texts say what is wrong, but not what would be right.
UNKNOWN = "Unknown field."
_BETTER = {
    "Field may not be null.": "has no value: give it one, or take the line out",
    "Missing data for required field.": "is missing",
    "Not a valid boolean.": "wanted is true or false",
    "Not a valid integer.": "wanted is a whole number",
    "Not a valid number.": "wanted is a number",
    "Not a valid string.": "wanted is a text",
    "Not a valid list.": "wanted is a list, `[one, two]`",
    "Not a valid mapping type.": "wanted is a mapping, `key: value`",
    "Invalid input type.": "wanted is a mapping, `key: value`",
    "Invalid type.": "wanted is a list, `[one, two]`",
}


def flatten(messages: Any, document: Any = None, path: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """marshmallow's nested messages as pairs of path and sentence; `document` is what they are about."""
    if isinstance(messages, Mapping):
        for step, inner in messages.items():
            within = _within(document, step)
            # What marshmallow says of a mapping's key or value stands one level too deep.
            if step == "_schema" or (step in ("key", "value") and within is None):
                yield from flatten(inner, document, path)
            else:
                yield from flatten(inner, within, (*path, step))
    elif isinstance(messages, list):
        for message in messages:
            yield path, _BETTER.get(str(message), str(message))
    else:
        yield path, _BETTER.get(str(messages), str(messages))


def did_you_mean(name: str, known: list[str] | tuple[str, ...]) -> str:
    """`did you mean Subject?`, or nothing when no known name is near."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else ""


def unknown_key(key: str, known: list[str]) -> str:
    """A sentence for a key that is not known."""
    if not known:
        return f'unknown key "{key}"; this mapper takes no options'
    meant = did_you_mean(key, known)
    return f'unknown key "{key}"; {meant + " " if meant else ""}Known: {", ".join(known)}'


def unknown_field(name: str, known: tuple[str, ...]) -> str:
    """A sentence for a field that jtel does not document."""
    meant = did_you_mean(name, known)
    listed = ", ".join(known)
    return f"unknown field {name}; {meant} Known: {listed}" if meant else f"unknown field {name}; known: {listed}"


def dotted(path: Path) -> str:
    """`rules[0].fields.Subject`."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")


def _within(document: Any, step: Any) -> Any:
    try:
        return document[step]
    except (KeyError, IndexError, TypeError):
        return None

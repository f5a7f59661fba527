"""Through the tokens of a list's JSON, with no more than one record in memory."""

from collections.abc import Iterator
from typing import Any

# (what it is, its value), as `ijson.basic_parse` gives them.
Tokens = Iterator[tuple[str, Any]]
# What is nested deeper is no record of jtel's.
_DEEPEST = 32


class OddJsonError(ValueError):
    """It is JSON, but no list of records."""


def walk(tokens: Tokens, envelope: dict[str, Any]) -> Iterator[Any]:
    """Each item of `records`. All else that the object says goes into `envelope`, and of the records that there are."""
    key = None
    for kind, value in tokens:
        if kind == "map_key":
            key = value
        elif key is None:
            if kind != "start_map":
                raise OddJsonError("it is no object")
        elif kind == "start_array" and key == "records":
            envelope[key] = True
            yield from _items(tokens, 1)
        elif kind != "end_map":
            envelope[key] = _value(kind, value, tokens, 1)


def _items(tokens: Tokens, depth: int) -> Iterator[Any]:
    for kind, value in tokens:
        if kind == "end_array":
            return
        yield _value(kind, value, tokens, depth)


def _value(kind: str, value: Any, tokens: Tokens, depth: int) -> Any:
    if depth > _DEEPEST:
        raise OddJsonError("it is nested too deep")
    if kind == "start_map":
        return _fields(tokens, depth)
    return list(_items(tokens, depth + 1)) if kind == "start_array" else value


def _fields(tokens: Tokens, depth: int) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    key = ""
    for kind, value in tokens:
        if kind == "map_key":
            key = value
        elif kind == "end_map":
            break
        elif kind in ("start_map", "start_array"):
            fields[key] = _value(kind, value, tokens, depth + 1)
        else:
            fields[key] = value
    return fields

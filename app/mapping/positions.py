"""Where in a YAML file a value stands, so that a problem can name its line."""

from collections.abc import Iterator, Sequence
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

Path = Sequence[str | int]
Position = tuple[int, int]


def position(document: Any, path: Path) -> Position:
    """Line and column (both from 1) of the value at `path`, or of the nearest thing around it that exists."""
    found = (1, 1)
    node = document
    for step in path:
        mark = _mark(node, step)
        if mark is None:
            break
        found = (mark[0] + 1, mark[1] + 1)
        node = node[step]
    return found


def _mark(node: Any, step: str | int) -> Position | None:
    try:
        if isinstance(node, CommentedMap) and step in node:
            line, column = node.lc.key(step)
            return line, column
        if isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line, column = node.lc.item(step)
            return line, column
    except KeyError:  # a key that a YAML merge brought in stands elsewhere
        return None
    return None


def flatten(messages: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """marshmallow's nested messages as pairs of path and sentence."""
    if isinstance(messages, dict):
        for step, inner in messages.items():
            # What marshmallow says of a mapping's key or value stands one level too deep.
            known = () if step in ("key", "value", "_schema") else (step,)
            yield from flatten(inner, path + known)
    elif isinstance(messages, list):
        for message in messages:
            yield path, str(message)
    else:
        yield path, str(messages)


def dotted(path: Path) -> str:
    """`rules[0].fields.Subject`."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")

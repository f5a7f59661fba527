"""Where in a YAML file a value stands, so that a problem can name its line."""

from collections.abc import Sequence
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
    except (KeyError, TypeError):  # a key that a YAML merge brought in stands elsewhere
        return None
    return None

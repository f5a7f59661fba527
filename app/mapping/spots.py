"""Where in a text of several lines something stands: the line and the column of the file."""

import re
from typing import Protocol

from app.mapping.problems import Spot


class Placed(Protocol):
    """A value with its place (from 1) and its text as written."""

    line: int
    column: int
    written: str


_KEEPS_LINES = re.compile(r"(?:[&!]\S+\s+)*\|")


def spot_in(node: Placed, spot: Spot) -> tuple[int, int] | None:
    """Line and column of the spot; nothing in a text of one line, which its key shows well enough."""
    lines = node.written.splitlines()
    if len(lines) == 1:
        return None
    keeps = _KEEPS_LINES.match(node.written) is not None
    # Where YAML joins lines, those of the template are not those of the file.
    searched = [spot.line] if keeps else range(len(lines))
    word = re.compile(rf"(?<!\w){re.escape(spot.word or ' ')}(?!\w)")
    for index in searched:
        found = word.search(lines[index]) if spot.word and index < len(lines) else None
        if found:
            return node.line + index, found.start() + (node.column if index == 0 else 1)
    if keeps and spot.line < len(lines):
        line = lines[spot.line]
        return node.line + spot.line, len(line) - len(line.lstrip()) + 1
    return None

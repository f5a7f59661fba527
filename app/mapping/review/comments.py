"""A `#` that was meant as such, `Subject: Ticket #4711`: behind a blank it begins a comment."""

import re
from collections.abc import Iterator

from app.mapping.codes import Code
from app.mapping.document import Document, Node
from app.mapping.problems import Finding, Path

# A comment mostly has a blank behind its sign.
_EATEN = re.compile(r"\s+(#[^\s#!].*)")


def check_comments(document: Document) -> Iterator[Finding]:
    """The values without quotes in `rules` and `defaults`."""
    for key in ("defaults", "rules"):
        node = document.at((key,))
        if node:
            yield from _within(node, (key,))


def _within(node: Node, path: Path) -> Iterator[Finding]:
    for name, child in node.children.items():
        inner = (*path, name)
        yield from _within(child, inner)
        found = _EATEN.fullmatch(child.behind) if child.plain else None
        if found:
            written = f"{child.written} {found[1]}".strip()
            said = f'{found[1].split()[0]} is a comment here, and no part of the value: write "{written}"'
            yield Finding(inner, Code.COMMENT_EATS, said)

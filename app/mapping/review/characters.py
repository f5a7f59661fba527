"""Blanks that cannot be seen: what holds one is compared as another text than it looks."""

from collections.abc import Iterator

from app.mapping.codes import Code
from app.mapping.document import Document, Node
from app.mapping.environment import EnvText
from app.mapping.problems import Finding, Path
from app.mapping.unseen import said_of_unseen


def check_characters(document: Document) -> Iterator[Finding]:
    """Keys and texts of the whole file; what is sent as a text may hold a no-break blank."""
    yield from _within(document.root, (), sent=False)


def _within(node: Node, path: Path, *, sent: bool) -> Iterator[Finding]:
    for name, child in node.children.items():
        inner = (*path, name)
        if name in node.keys and isinstance(name, str):
            yield from _told(name, inner)
        # What a variable of the environment holds is not told.
        if isinstance(child.value, str) and not isinstance(child.value, EnvText):
            yield from _told(child.value, inner, but="\u00a0\u202f\u2007\u00ad" if sent or name == "fields" else "")
        yield from _within(child, inner, sent=sent or name == "fields")


def _told(text: str, path: Path, but: str = "") -> Iterator[Finding]:
    said = said_of_unseen(text, but)
    if said:
        yield Finding(path, Code.BLANK_UNSEEN, said)

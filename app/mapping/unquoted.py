"""Values that are read otherwise than they look: `007`, `+4930901820`, `yes`, `{ caller }`."""

import math
import re
from collections.abc import Iterator
from typing import Any

from app.mapping.codes import Code
from app.mapping.document import Document, Node
from app.mapping.names import KNOWN_NAMES
from app.mapping.problems import Finding, Path

# So long only telephone numbers and ids are, and both are texts.
_LONG = 1_000_000
_YES_NO = frozenset({"yes", "no", "on", "off"})
_USUAL = re.compile(r"-?\d+(\.\d+)?")
_SINGLE = re.compile(r"(?<![{$])\{\s*(\w+)\s*\}+")
_LEADING_ZERO = re.compile(r"[+-]?0\d+")


def check_unquoted(document: Document) -> Iterator[Finding]:
    """What has to be told of the values in `when`, `groups` and `fields`."""
    for path in _parts(document, "when"):
        yield from _texts(document.at(path), path)
    for path in _parts(document, "fields"):
        yield from _fields(document.at(path), path)
    for name in _keys(document.at(("sources",))):
        path = ("sources", name, "groups")
        yield from _texts(document.at(path), path)


def _parts(document: Document, key: str) -> Iterator[Path]:
    yield ("defaults", key)
    for index in _keys(document.at(("rules",))):
        yield ("rules", index, key)


def _keys(node: Node | None) -> list[Any]:
    return list(node.children) if node else []


def _texts(node: Node | None, path: Path) -> Iterator[Finding]:
    """Everything in `node` is compared as text, so it has to be the very text."""
    if node is None:
        return
    if not node.children:
        yield from _changed(node, path)
    for name, child in node.children.items():
        if name in node.keys:
            yield from _changed(node.keys[name], (*path, name))
        yield from _texts(child, (*path, name))


def _fields(node: Node | None, path: Path) -> Iterator[Finding]:
    """Numbers are numbers in `fields`, but those that look like none."""
    if node is None:
        return
    if not node.children:
        yield from _odd(node, path)
    for name, child in node.children.items():
        if path[-1] == "table" and name in node.keys:
            yield from _changed(node.keys[name], (*path, name))
        yield from _fields(child, (*path, name))


def _odd(node: Node, path: Path) -> Iterator[Finding]:
    single = next((one for one in _SINGLE.finditer(str(node.value)) if one[1] in KNOWN_NAMES), None)
    if single:
        text = f'{single[0]} is sent as it stands; a name has two braces on each side: "{{{{ {single[1]} }}}}"'
        yield Finding(path, Code.SINGLE_BRACES, text)
    if not node.plain:
        return
    if _LEADING_ZERO.fullmatch(node.written) or node.written.startswith("+"):
        yield from _changed(node, path)
    elif _is_number(node.value) and (abs(node.value) >= _LONG or not _USUAL.fullmatch(node.written)):
        text = "without quotes this is sent as a number; a telephone number, an id or a code needs quotes"
        yield Finding(path, Code.NUMBER_OR_TEXT, text)
    elif _is_number(node.value) and str(node.value) != node.written:
        text = f"without quotes YAML reads {node.written} as {node.value}: put quotes around it where it is no number"
        yield Finding(path, Code.NUMBER_OR_TEXT, text)
    elif node.written.lower() in _YES_NO:
        text = f"`{node.written}` is a text here; for a checkbox write true or false, for the text put quotes around it"
        yield Finding(path, Code.YES_NO, text)


def _changed(node: Node, path: Path) -> Iterator[Finding]:
    if _is_number(node.value) and node.plain and str(node.value) != node.written:
        text = f"without quotes YAML reads {node.written} as {node.value}: put quotes around it"
        yield Finding(path, Code.NUMBER_UNQUOTED, text)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)

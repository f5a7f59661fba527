"""Formats of times as other programs write them, `DD.MM.YYYY`: they would be sent as they stand."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes

from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.language.parsing import parse
from app.mapping.problems import Finding, Spot
from app.mapping.review.leaves import Leaf, field_values, leaves

_TAKES_FORMAT = ("time", "date", "strftime")
# `MM` is the minute behind an hour, else the month; T, M and J are German.
_PARTS = (
    (r"(?<=[hHs]{2}[:. ])mm", "%M", re.IGNORECASE),
    (r"mmmm", "%B", re.IGNORECASE),
    (r"mmm", "%b", re.IGNORECASE),
    (r"eeee|dddd|tttt", "%A", re.IGNORECASE),
    (r"eee|ddd|ttt", "%a", re.IGNORECASE),
    (r"(?<![%A-Za-z-])[dt](?![A-Za-z])", "%-d", 0),
    (r"yyyy|jjjj", "%Y", re.IGNORECASE),
    (r"yy|jj", "%y", re.IGNORECASE),
    (r"dd|tt", "%d", re.IGNORECASE),
    (r"mm", "%m", re.IGNORECASE),
    (r"hh", "%H", re.IGNORECASE),
    (r"ss", "%S", re.IGNORECASE),
)
_FOREIGN = re.compile(r"(?<![%A-Za-z])(?:y{2,4}|j{2,4}|d{2,4}|t{2,4}|m{2,4}|e{3,4}|hh|ss)(?![A-Za-z])", re.IGNORECASE)


def check_formats(loaded: Mapping[str, Any]) -> Iterator[Finding]:
    """Every format that is written in a template."""
    for value in field_values(loaded):
        for leaf in leaves(value.raw, value.path):
            # What a variable of the environment holds is not told, in whatever form.
            if leaf.template and not isinstance(leaf.text, EnvText):
                yield from _check(leaf)


def _check(leaf: Leaf) -> Iterator[Finding]:
    tree = parse(leaf.template)
    named: list[tuple[str, nodes.Expr]] = [(node.name, node) for node in tree.find_all(nodes.Filter)]
    named += [(str(getattr(node.node, "attr", "")), node) for node in tree.find_all(nodes.Call)]
    for name, node in named:
        for format_ in _given(node) if name in _TAKES_FORMAT else ():
            if _FOREIGN.search(format_):
                said = f'"{format_}" is sent as it stands: the parts of a time are written with %, "{_meant(format_)}"'
                yield Finding(leaf.path, Code.FORMAT_FOREIGN, said, Spot(node.lineno, name))


def _given(node: Any) -> list[str]:
    arguments = [*node.args, *(keyword.value for keyword in node.kwargs)]
    return [one.value for one in arguments if isinstance(one, nodes.Const) and isinstance(one.value, str)]


def _meant(format_: str) -> str:
    for pattern, directive, flags in _PARTS:
        format_ = re.sub(pattern, directive, format_, flags=flags)
    return format_

"""Each template and typed value, rendered for a full and for a bare callback: what fails, and what gives nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes

from app.domain.record import Value
from app.mapping.codes import Code
from app.mapping.language.limits import TemplateError
from app.mapping.language.parsing import parse
from app.mapping.language.template import Names, Render
from app.mapping.names import JTELS
from app.mapping.problems import Finding
from app.mapping.review.leaves import Leaf, field_values, leaves
from app.mapping.review.samples import bare, full, given_by
from app.mapping.values import compile_value

# A template with one of these may well give nothing.
_CHOICES = (nodes.If, nodes.For, nodes.CondExpr, nodes.And, nodes.Or, nodes.Compare, nodes.Test)
# A filter that finds something only in some texts.
_SEEKING = ("part", "country", "digits", "int", "float")
_ALL = "a callback that has all fields"
_FEW = "a callback that has only an id and a number"


def check_rendering(loaded: Mapping[str, Any]) -> Iterator[Finding]:
    """What fails or gives nothing, whatever a callback has."""
    for value in field_values(loaded):
        given = given_by(value.when)
        for leaf in leaves(value.raw, value.path):
            if leaf.template:
                yield from _check_extra(leaf)
                yield from _check(leaf, full(given), bare(given))


def _check_extra(leaf: Leaf) -> Iterator[Finding]:
    """What jtel documents is not among the other fields."""
    for node in parse(leaf.template).find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name == "extra" and node.attr in JTELS:
            said = f"jtel documents {node.attr}, so extra.{node.attr} is always empty: write {{{{ {node.attr} }}}}"
            yield Finding(leaf.path, Code.VALUE_EMPTY, said)


def _check(leaf: Leaf, fulls: list[Names], few: Names) -> Iterator[Finding]:
    render = compile_value(leaf.raw)
    tried = [try_render(render, names) for names in fulls]
    if all(said for _, said in tried):
        yield _fails(leaf, _ALL, tried[0][1])
        return
    _, said = try_render(render, few)
    if said:
        yield _fails(leaf, _FEW, said)
    elif all(value is None for value, _ in tried) and not _may_be_empty(leaf):
        text = "this gives nothing, even for a callback that has all fields: mend it, or take the line out"
        yield Finding(leaf.path, Code.VALUE_EMPTY, text)


def _may_be_empty(leaf: Leaf) -> bool:
    tree = parse(leaf.template)
    seeks = any(node.name in _SEEKING for node in tree.find_all(nodes.Filter))
    return seeks or next(tree.find_all(_CHOICES), None) is not None


def _fails(leaf: Leaf, which: str, said: str) -> Finding:
    effect = "The field is left out then; if it is required, the callback is refused"
    text = f"this fails for {which}: {said}{_instead(leaf)}. {effect}"
    return Finding(leaf.path, Code.TEMPLATE_FAILS, text)


def _instead(leaf: Leaf) -> str:
    """What to do where a text was made of a time that is to be one."""
    filters = {node.name for node in parse(leaf.template).find_all(nodes.Filter)} & {"date", "time"}
    return f"; take `| {min(filters)}` out" if filters and leaf.path[-1] in ("date", "datetime") else ""


def try_render(render: Render, names: Names) -> tuple[Value | None, str]:
    """The value, and what failed."""
    try:
        return render(names), ""
    except TemplateError as error:
        return None, str(error)

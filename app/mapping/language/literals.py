"""Values that a template writes out."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from app.mapping.language.evaluation import Evaluate, Evaluation
from app.mapping.language.limits import LARGEST_NUMBER, TemplateError
from app.mapping.language.parsing import check_characters

if TYPE_CHECKING:
    from app.mapping.language.compiler import Compiler
    from app.mapping.language.expressions import Builder

_NESTED = "a list or mapping in a template cannot hold another one"


def _constant(node: nodes.Const, _: "Compiler") -> Evaluate:
    value = node.value
    if isinstance(value, str):
        check_characters(value)
    if isinstance(value, (int, float)) and not (math.isfinite(value) and abs(value) < LARGEST_NUMBER):
        raise ValueError("the template holds a number of more than 18 digits")
    return lambda _: value


def _list(node: nodes.List | nodes.Tuple, compiler: "Compiler") -> Evaluate:
    _refuse_containers(node.items)
    items = [compiler.expression(item) for item in node.items]
    return lambda run: [_single(item(run)) for item in items]


def _dict(node: nodes.Dict, compiler: "Compiler") -> Evaluate:
    _refuse_containers([part for pair in node.items for part in (pair.key, pair.value)])
    pairs = [(compiler.expression(pair.key), compiler.expression(pair.value)) for pair in node.items]
    return lambda run: {_key(key(run)): _small(value(run), run) for key, value in pairs}


# A list of lists that each hold the same one twice would be without end, and yet be written in a few lines.
def _refuse_containers(items: list[nodes.Expr]) -> None:
    if any(isinstance(item, (nodes.List, nodes.Tuple, nodes.Dict)) for item in items):
        raise ValueError(_NESTED)


def _single(value: Any) -> Any:
    if isinstance(value, (list, tuple, Mapping)):
        raise TemplateError(_NESTED)
    return value


def _small(value: Any, run: Evaluation) -> Any:
    run.budget.spend_on(value)
    return _single(value)


def _key(value: Any) -> Any:
    if not isinstance(value, (str, int)):
        raise TemplateError("the key of a mapping in a template has to be a text or a whole number")
    return value


BUILDERS: "Mapping[type[nodes.Node], Builder]" = {
    nodes.Const: _constant,
    nodes.List: _list,
    nodes.Tuple: _list,
    nodes.Dict: _dict,
}

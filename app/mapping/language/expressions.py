"""What a template does with values: parts, sums, comparisons, lists. See also `template` and `calls`."""

from collections.abc import Mapping
from typing import Any

from jinja2 import nodes

from app.mapping.language import operations
from app.mapping.language.compiler import Compiler, ExpressionBuilders
from app.mapping.language.limits import Evaluate, Evaluation, TemplateError
from app.mapping.language.methods import attribute, check_attribute

_NESTED = "a list or mapping in a template cannot hold another one"
_SIGNS: Mapping[type[nodes.Node], str] = {
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
    nodes.Mod: "%",
}


def _attribute(node: nodes.Getattr, compiler: Compiler) -> Evaluate:
    check_attribute(compiler.kind(node.node), node.attr)
    value, name = compiler.expression(node.node), node.attr
    return lambda run: attribute(value(run), name)


def _item(node: nodes.Getitem, compiler: Compiler) -> Evaluate:
    value = compiler.expression(node.node)
    if not isinstance(node.arg, nodes.Slice):
        key = compiler.expression(node.arg)
        return lambda run: operations.part(value(run), key(run))
    start, stop, step = (compiler.optional(bound) for bound in (node.arg.start, node.arg.stop, node.arg.step))

    def evaluate(run: Evaluation) -> Any:
        found = operations.cut_out(value(run), start(run), stop(run), step(run))
        run.budget.spend_on(found)
        return found

    return evaluate


def _calculation(node: nodes.BinExpr, compiler: Compiler) -> Evaluate:
    sign = _SIGNS[type(node)]
    left, right = compiler.expression(node.left), compiler.expression(node.right)

    def evaluate(run: Evaluation) -> Any:
        result = operations.calculate(sign, left(run), right(run))
        run.budget.spend_on(result)
        return result

    return evaluate


def _negation(node: nodes.Neg, compiler: Compiler) -> Evaluate:
    value = compiler.expression(node.node)
    return lambda run: operations.calculate("-", 0, value(run))


def _comparison(node: nodes.Compare, compiler: Compiler) -> Evaluate:
    first = compiler.expression(node.expr)
    others = [(operand.op, compiler.expression(operand.expr)) for operand in node.ops]

    def evaluate(run: Evaluation) -> bool:
        left = first(run)
        for sign, other in others:
            right = other(run)
            run.budget.spend_to_compare(left, right)
            if not operations.compare(sign, left, right):
                return False
            left = right
        return True

    return evaluate


def _joined(node: nodes.Concat, compiler: Compiler) -> Evaluate:
    parts = [compiler.expression(part) for part in node.nodes]
    return lambda run: operations.join([part(run) for part in parts], run.budget)


def _list(node: nodes.List | nodes.Tuple, compiler: Compiler) -> Evaluate:
    _refuse_containers(node.items)
    items = [compiler.expression(item) for item in node.items]
    return lambda run: [_single(item(run)) for item in items]


def _dict(node: nodes.Dict, compiler: Compiler) -> Evaluate:
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


EXPRESSIONS: ExpressionBuilders = {
    nodes.List: _list,
    nodes.Tuple: _list,
    nodes.Dict: _dict,
    nodes.Getattr: _attribute,
    nodes.Getitem: _item,
    nodes.Neg: _negation,
    nodes.Compare: _comparison,
    nodes.Concat: _joined,
    **dict.fromkeys(_SIGNS, _calculation),
}

"""What a template writes, decides, sets and repeats."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from jinja2 import nodes

from app.mapping.language.compiler import Compiler, StatementBuilders
from app.mapping.language.limits import MOST_ROUNDS, Evaluation, Execute, TemplateError
from app.mapping.language.methods import Round
from app.mapping.language.texts import kind_of, text_of


def body(nodes_: list[nodes.Node], compiler: Compiler) -> Execute:
    """Several statements, one after the other."""
    steps = [compiler.statement(node) for node in nodes_]
    if len(steps) == 1:
        return steps[0]

    def execute(run: Evaluation) -> None:
        for step in steps:
            step(run)

    return execute


def _output(node: nodes.Output, compiler: Compiler) -> Execute:
    parts = [_written(part, compiler) for part in node.nodes]

    def execute(run: Evaluation) -> None:
        for part in parts:
            _write(run, part(run))

    return execute


def _write(run: Evaluation, text: str) -> None:
    """Adds `text` to the result. Raises `TemplateError` when that is too much."""
    if len(text) > run.budget.left:
        run.budget.spend(len(text))
    run.budget.left -= len(text)
    run.written.append(text)


def _written(node: nodes.Node, compiler: Compiler) -> Callable[[Evaluation], str]:
    if isinstance(node, nodes.TemplateData):
        data = node.data
        return lambda _: data
    value = compiler.expression(node)
    return lambda run: text if type(text := value(run)) is str else text_of(text)


def _if(node: nodes.If, compiler: Compiler) -> Execute:
    branches = [(node, node.body), *((other, other.body) for other in node.elif_)]
    choices = [(compiler.expression(one.test), body(inner, compiler)) for one, inner in branches]
    otherwise = body(node.else_, compiler)

    def execute(run: Evaluation) -> None:
        chosen = next((inner for test, inner in choices if test(run)), otherwise)
        chosen(run)

    return execute


def _set(node: nodes.Assign, compiler: Compiler) -> Execute:
    value = compiler.expression(node.node)
    assign = _assignment(node.target, compiler)
    return lambda run: assign(run, value(run))


def _for(node: nodes.For, compiler: Compiler) -> Execute:
    if compiler.in_loop or node.recursive:
        raise ValueError("a loop in a template cannot hold another loop; write a mapper")
    items = compiler.expression(node.iter)
    before = set(compiler.own)
    compiler.in_loop = True
    assign = _assignment(node.target, compiler)
    wanted = compiler.expression(node.test) if node.test else None
    compiler.own.add("loop")
    repeated = body(node.body, compiler)
    # What a loop sets is not known behind it.
    compiler.own, compiler.in_loop = before, False
    otherwise = body(node.else_, compiler)

    def execute(run: Evaluation) -> None:
        outside = run.own
        chosen = []
        for item in _rounds(items(run)):
            run.own = dict(outside)
            assign(run, item)
            if wanted is None or wanted(run):
                chosen.append(run.own)
        for index, own in enumerate(chosen):
            run.own = {**own, "loop": Round(index, len(chosen))}
            repeated(run)
        run.own = outside
        if not chosen:
            otherwise(run)

    return execute


def _rounds(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    if not isinstance(value, (list, tuple, Mapping)):
        raise TemplateError(f"a loop runs over a list, and not over {kind_of(value)}")
    # A long list is cut as a long text is: the callback is not lost over it.
    return islice(value, MOST_ROUNDS)


def _assignment(target: nodes.Node, compiler: Compiler) -> Callable[[Evaluation, Any], None]:
    if isinstance(target, nodes.Name):
        name = target.name
        compiler.own.add(name)

        def assign(run: Evaluation, value: Any) -> None:
            run.own[name] = value

        return assign
    if not isinstance(target, nodes.Tuple):
        raise ValueError("a template can set names only")
    targets = [_assignment(one, compiler) for one in target.items]
    return lambda run, value: _unpack(run, value, targets)


def _unpack(run: Evaluation, value: Any, targets: list[Callable[[Evaluation, Any], None]]) -> None:
    if not isinstance(value, (list, tuple)) or len(value) != len(targets):
        raise TemplateError(f"{kind_of(value)} cannot be set as {len(targets)} names")
    for assign, item in zip(targets, value, strict=True):
        assign(run, item)


STATEMENTS: StatementBuilders = {
    nodes.Output: _output,
    nodes.If: _if,
    nodes.Assign: _set,
    nodes.For: _for,
}

"""A template as a function of the callback's names: what it writes, decides, sets and repeats.

What nearly every template does stands here, so that one is carried out without leaving the file: texts, names and
their values for one callback, `or` and `if`. All else is in `expressions` and `calls`.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from jinja2 import nodes

from app.domain.callback import Callback
from app.domain.record import Value
from app.mapping.language.assignment import assignment
from app.mapping.language.calls import CALLS
from app.mapping.language.compiler import Compiler, ExpressionBuilders, StatementBuilders
from app.mapping.language.expressions import EXPRESSIONS
from app.mapping.language.limits import LARGEST_NUMBER, MOST_ROUNDS, Evaluate, Evaluation, Execute, TemplateError
from app.mapping.language.methods import Round
from app.mapping.language.parsing import check_characters, parse
from app.mapping.language.texts import kind_of, text_of
from app.mapping.names import KNOWN_NAMES, NAMES

# Of the callback's names; it raises `TemplateError` when there can be no value.
Render = Callable[[Mapping[str, Any]], Value | None]


class _Values(dict[str, Any]):
    """The values that were asked for so far."""

    def __init__(self, callback: Callback, other: Mapping[str, Any]) -> None:
        super().__init__()
        self._callback, self._other = callback, other

    def __missing__(self, name: str) -> Any:
        if name in self._other:
            other = self._other[name]
            value = other() if callable(other) else other
        else:
            value = NAMES[name].value(self._callback)
        self[name] = value
        return value


class Names(Mapping[str, Any]):
    """Every name, with its value for one callback: made when it is asked for, and only once.

    What jtel left out is nothing (`None`), and not missing. `other` names go before the callback's; a function
    without arguments stands for the value that it gives. `values_by_name` gives the same, sooner, to
    who asks for known names only.
    """

    def __init__(self, callback: Callback, other: Mapping[str, Any]) -> None:
        self.source = callback.source
        self.values_by_name: dict[str, Any] = _Values(callback, other)
        self._other = other

    def __getitem__(self, name: str) -> Any:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**NAMES, **self._other})

    def __len__(self) -> int:
        return len({**NAMES, **self._other})


def names_of(callback: Callback, **other: Any) -> Names:
    """Every name that a template or a condition may use, with its value for this callback."""
    return Names(callback, other)


def compile_text(text: str) -> Render:
    """A template as a function of the callback's names that gives its text, or nothing for an empty one.

    Raises `ValueError` with a sentence when `text` is no template, or one that is not allowed; the function raises
    `TemplateError` when it cannot end in a text.
    """
    check_characters(text)
    if not any(mark in text for mark in ("{{", "{%", "{#")):
        return constant(text)
    compiler = Compiler(_EXPRESSIONS, _STATEMENTS)
    execute = _body(parse(text).body, compiler)
    compiler.wrong.tell()

    def render(names: Mapping[str, Any]) -> str | None:
        _, run = _run(execute, names)
        return "".join(run.written).strip() or None

    return render


def compile_native(text: str) -> Callable[[Mapping[str, Any]], Any]:
    """As `compile_text`, but where the template is one expression the function gives its value: a time, a number."""
    expression = _only_expression(parse(text))
    if expression is None:
        return compile_text(text)
    compiler = Compiler(_EXPRESSIONS, _STATEMENTS)
    evaluate = compiler.expression(expression)
    compiler.wrong.tell()

    def give(names: Mapping[str, Any]) -> Any:
        value, _ = _run(evaluate, names)
        return value.strip() or None if isinstance(value, str) else value

    return give


def constant(text: str) -> Render:
    """The text, whatever the callback; nothing for an empty one."""
    value = text.strip() or None
    return lambda _: value


def _only_expression(tree: nodes.Template) -> nodes.Expr | None:
    if len(tree.body) != 1 or not isinstance(tree.body[0], nodes.Output):
        return None
    parts = [part for part in tree.body[0].nodes if not (isinstance(part, nodes.TemplateData) and part.data.isspace())]
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData) else None


def _run(step: Callable[[Evaluation], Any], names: Mapping[str, Any]) -> tuple[Any, Evaluation]:
    run = Evaluation(names.values_by_name, names.source) if isinstance(names, Names) else Evaluation(names)
    try:
        return step(run), run
    except TemplateError:
        raise
    # Nothing else is foreseen; of what it says nothing is told, because it may hold a value of the callback.
    except Exception as error:
        raise TemplateError(type(error).__name__) from error


def _body(nodes_: list[nodes.Node], compiler: Compiler) -> Execute:
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

    def write(run: Evaluation) -> str:
        written = value(run)
        if type(written) is str:
            return written
        return "" if written is None else text_of(written)

    return write


def _if(node: nodes.If, compiler: Compiler) -> Execute:
    branches = [(node, node.body), *((other, other.body) for other in node.elif_)]
    choices = [(compiler.expression(one.test), _body(inner, compiler)) for one, inner in branches]
    otherwise = _body(node.else_, compiler)

    def execute(run: Evaluation) -> None:
        chosen = next((inner for test, inner in choices if test(run)), otherwise)
        chosen(run)

    return execute


def _set(node: nodes.Assign, compiler: Compiler) -> Execute:
    value = compiler.expression(node.node)
    assign = assignment(node.target, compiler)
    return lambda run: assign(run, value(run))


def _for(node: nodes.For, compiler: Compiler) -> Execute:
    if compiler.in_loop or node.recursive:
        raise ValueError("a loop in a template cannot hold another loop; write a mapper")
    items = compiler.expression(node.iter)
    before = set(compiler.own)
    compiler.in_loop = True
    assign = assignment(node.target, compiler)
    wanted = compiler.expression(node.test) if node.test else None
    compiler.own.add("loop")
    repeated = _body(node.body, compiler)
    # What a loop sets is not known behind it.
    compiler.own, compiler.in_loop = before, False
    otherwise = _body(node.else_, compiler)

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


def _name(node: nodes.Name, compiler: Compiler) -> Evaluate:
    name = node.name
    compiler.check_name(name)
    if name not in compiler.own:
        return lambda run: run.names[name]

    def evaluate(run: Evaluation) -> Any:
        # What is set under a condition only is the callback's, or nothing.
        return run.own[name] if name in run.own else run.names[name] if name in KNOWN_NAMES else None

    return evaluate


def _constant(node: nodes.Const, _: Compiler) -> Evaluate:
    value = node.value
    if isinstance(value, str):
        check_characters(value)
    if isinstance(value, (int, float)) and not (math.isfinite(value) and abs(value) < LARGEST_NUMBER):
        raise ValueError("the template holds a number of more than 18 digits")
    return lambda _: value


def _and(node: nodes.And, compiler: Compiler) -> Evaluate:
    left, right = compiler.expression(node.left), compiler.expression(node.right)
    return lambda run: left(run) and right(run)


def _or(node: nodes.Or, compiler: Compiler) -> Evaluate:
    left, right = compiler.expression(node.left), compiler.expression(node.right)
    return lambda run: left(run) or right(run)


def _not(node: nodes.Not, compiler: Compiler) -> Evaluate:
    value = compiler.expression(node.node)
    return lambda run: not value(run)


def _choice(node: nodes.CondExpr, compiler: Compiler) -> Evaluate:
    test, yes, no = compiler.expression(node.test), compiler.expression(node.expr1), compiler.optional(node.expr2)
    return lambda run: yes(run) if test(run) else no(run)


_STATEMENTS: StatementBuilders = {
    nodes.Output: _output,
    nodes.If: _if,
    nodes.Assign: _set,
    nodes.For: _for,
}
_EXPRESSIONS: ExpressionBuilders = {
    **EXPRESSIONS,
    **CALLS,
    nodes.Const: _constant,
    nodes.Name: _name,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Not: _not,
    nodes.CondExpr: _choice,
}

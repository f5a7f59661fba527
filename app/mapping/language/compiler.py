"""From Jinja's tree to a function. A kind of node that no table names is refused when the configuration is loaded."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

from jinja2 import nodes

from app.mapping.codes import Code
from app.mapping.instead import NAMES as NAMES_INSTEAD
from app.mapping.instead import meant
from app.mapping.language.limits import Evaluate, Execute
from app.mapping.names import KNOWN_NAMES, NAMES
from app.mapping.problems import Gathered, Spot, WrongError, findings_of

_WORDS: Mapping[type[nodes.Node], str] = {
    nodes.Pow: "** (a power)",
    nodes.Macro: "{% macro %}",
    nodes.CallBlock: "{% call %}",
    nodes.FilterBlock: "{% filter %}",
    nodes.AssignBlock: "{% set name %}…{% endset %} (write {% set name = … %})",
    nodes.With: "{% with %} (write {% set %})",
    nodes.Block: "{% block %}",
    nodes.NSRef: "a namespace",
    nodes.Scope: "{% autoescape %}",
}
_FILES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


# From a node to what is done for it. `expressions`, `calls` and `template` have a table of them each.
ExpressionBuilders = Mapping[type[nodes.Node], Callable[[Any, "Compiler"], Evaluate]]
StatementBuilders = Mapping[type[nodes.Node], Callable[[Any, "Compiler"], Execute]]
# What people write before a name, as if something held it.
_HOLDERS = ("payload", "record", "data", "event_data", "jtel", "fields", "request", "json", "input")


class Compiler:
    """Compiles one template. `own` are the names that it has set before the place that is being compiled.

    `wrong` gathers what no template may do; until that is told, nothing of what was compiled may run.
    """

    def __init__(self, expressions: ExpressionBuilders, statements: StatementBuilders) -> None:
        self._expressions, self._statements = expressions, statements
        self.own: set[str] = set()
        self.in_loop = False
        self.wrong = Gathered()

    def statement(self, node: nodes.Node) -> Execute:
        """One statement; `template` makes one of several."""
        with self._gathering(node):
            builder = self._statements.get(type(node))
            if builder is None:
                _refuse(node)
            return builder(node, self)
        return lambda _: None

    def expression(self, node: nodes.Node) -> Evaluate:
        """One expression."""
        with self._gathering(node):
            builder = self._expressions.get(type(node))
            if builder is None:
                _refuse(node)
            return builder(node, self)
        return lambda _: None

    def optional(self, node: nodes.Node | None) -> Evaluate:
        """An expression that may be left out; it is nothing then."""
        return (lambda _: None) if node is None else self.expression(node)

    def check_name(self, name: str) -> None:
        """Refuses a name that is neither the callback's nor set before."""
        if name not in self.own and name not in KNOWN_NAMES:
            said = (
                f"every name stands by itself, without `{name}.` before it"
                if name in _HOLDERS
                else meant(name, sorted(KNOWN_NAMES | self.own), NAMES_INSTEAD)
                or f"a text stands in quotes, a field of your own is extra.{name}"
            )
            raise WrongError(Code.UNKNOWN_NAME, f"the template has no name {name}; {said}")

    def kind(self, node: nodes.Node) -> str | None:
        """The kind of a callback's value; nothing if `node` is anything else."""
        if isinstance(node, nodes.Name) and node.name in NAMES and node.name not in self.own:
            return NAMES[node.name].kind
        return "text" if isinstance(node, nodes.Const) and isinstance(node.value, str) else None

    @contextmanager
    def _gathering(self, node: nodes.Node) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            spot = Spot(node.lineno, _word(node))
            self.wrong.findings += [replace(one, spot=spot) for one in findings_of(error, Code.TEMPLATE_INVALID)]


def _word(node: nodes.Node) -> str:
    called = node.node if isinstance(node, nodes.Call) else node
    return str(getattr(called, "attr", None) or getattr(called, "name", None) or "")


def _refuse(node: nodes.Node) -> NoReturn:
    if isinstance(node, _FILES):
        raise ValueError("a template cannot include another one")
    word = _WORDS.get(type(node), type(node).__name__)
    raise ValueError(f"a template cannot use {word}; where if, set and for do not do, write a mapper")

"""Filters, tests and methods."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from app.mapping.codes import Code
from app.mapping.filters import FILTERS, Filter
from app.mapping.language.compiler import Compiler, ExpressionBuilders
from app.mapping.language.limits import Evaluate, Evaluation
from app.mapping.language.methods import call, check_method
from app.mapping.language.parsing import WORKING_STANDS
from app.mapping.problems import WrongError, did_you_mean

TESTS: Mapping[str, Callable[[Any], bool]] = {
    "defined": lambda value: value is not None,
    "undefined": lambda value: value is None,
    "none": lambda value: value is None,
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "mapping": lambda value: isinstance(value, Mapping),
    "sequence": lambda value: isinstance(value, (list, tuple)),
}
# What Jinja calls these.
_JINJAS = {
    "count": "length",
    "d": "default",
    "striptags": "html_to_text",
    "strftime": "time",
    "truncate": "cut",
    **dict.fromkeys(("add", "later", "addhours"), "plus"),
    **dict.fromkeys(("substr", "substring", "left", "limit", "shorten"), "cut"),
    **dict.fromkeys(("strip",), "trim"),
    **dict.fromkeys(("regex", "match", "search", "regex_search", "regex_findall", "extract", "find", "group"), "part"),
    **dict.fromkeys(("land", "region", "country_code", "nation"), "country"),
    **dict.fromkeys(("format_date", "dateformat"), "date"),
    **dict.fromkeys(("phone", "format_number", "format_phone"), "international"),
    **dict.fromkeys(("tz", "timezone", "to_zone"), "in_zone"),
    **dict.fromkeys(("nl2br", "oneline", "single_line"), "one_line"),
    **dict.fromkeys(("uppercase", "toupper"), "upper"),
    **dict.fromkeys(("lowercase", "tolower"), "lower"),
}


_FORMAT = "write date, time or international"


def _filter(node: nodes.Filter, compiler: Compiler) -> Evaluate:
    value = compiler.optional(node.node)
    found = FILTERS.get(node.name)
    if found is None:
        raise WrongError(Code.UNKNOWN_FILTER, _unknown("filter", node.name, FILTERS))
    arguments, named = _arguments(node, compiler, f"the filter {node.name}")
    _check_arguments(node, found)
    if all(_is_written(argument) for argument in (*node.args, *(keyword.value for keyword in node.kwargs))):
        _try_arguments(found, arguments, named)

    def evaluate(run: Evaluation) -> Any:
        given = [argument(run) for argument in arguments]
        by_name = {name: argument(run) for name, argument in named}
        return found.apply(value(run), given, by_name, run)

    return evaluate


def _test(node: nodes.Test, compiler: Compiler) -> Evaluate:
    test = TESTS.get(node.name)
    if test is None:
        raise ValueError(_unknown("test", node.name, TESTS))
    if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise ValueError(f"the test {node.name} takes no arguments")
    value = compiler.expression(node.node)
    return lambda run: test(value(run))


def _call(node: nodes.Call, compiler: Compiler) -> Evaluate:
    if not isinstance(node.node, nodes.Getattr):
        name = getattr(node.node, "name", "such")
        raise ValueError(f"a template has no function {name}(); there are filters, and methods such as subject.upper()")
    name = node.node.attr
    check_method(compiler.kind(node.node.node), name)
    value = compiler.expression(node.node.node)
    arguments, named = _arguments(node, compiler, f".{name}()")

    def evaluate(run: Evaluation) -> Any:
        subject = value(run)
        run.budget.spend_on(subject)
        given = [argument(run) for argument in arguments]
        result = call(subject, name, given, {key: argument(run) for key, argument in named})
        run.budget.spend_on(result)
        return result

    return evaluate


def _arguments(
    node: nodes.Filter | nodes.Call, compiler: Compiler, what: str
) -> tuple[list[Evaluate], list[tuple[str, Evaluate]]]:
    if node.dyn_args or node.dyn_kwargs:
        raise ValueError(f"{what} takes no * and no **")
    named = [(str(keyword.key), compiler.expression(keyword.value)) for keyword in node.kwargs]
    return [compiler.expression(argument) for argument in node.args], named


def _check_arguments(node: nodes.Filter, found: Filter) -> None:
    signature = found.signature
    try:
        signature.bind(*node.args, **{str(keyword.key): keyword.value for keyword in node.kwargs})
    except TypeError as error:
        if any("work" in str(keyword.key) for keyword in node.kwargs):
            raise ValueError(WORKING_STANDS) from None
        raise ValueError(f"the filter {found.name}{signature} was given other arguments: {error}") from None


def _try_arguments(found: Filter, arguments: list[Evaluate], named: list[tuple[str, Evaluate]]) -> None:
    run = Evaluation({})
    given = [argument(run) for argument in arguments]
    found.apply(found.sample, given, {name: argument(run) for name, argument in named}, run)


def _is_written(node: nodes.Expr) -> bool:
    return isinstance(node.node if isinstance(node, nodes.Neg) else node, nodes.Const)


def _unknown(what: str, name: str, known: Mapping[str, Any]) -> str:
    meant = (
        _FORMAT
        if name == "format"
        else did_you_mean(_JINJAS.get(name, name), tuple(known)) or f"known: {', '.join(sorted(known))}"
    )
    return f"the template has no {what} {name}; {meant}"


CALLS: ExpressionBuilders = {nodes.Filter: _filter, nodes.Test: _test, nodes.Call: _call}

"""Comparisons in templates that never hold: with a country, a day, a time or a number as nobody writes it here."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes
from phonenumbers import SUPPORTED_REGIONS

from app.domain.numbers import digits_of, normalize
from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.language.parsing import parse
from app.mapping.places import region_meant
from app.mapping.problems import Finding, Spot
from app.mapping.review.leaves import Leaf, field_values, leaves

_TELEPHONES = ("caller", "callback_number", "service_number")
_CLOCK = re.compile(r"[0-2]\d:[0-5]\d")
_LOOSE_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")


def check_comparisons(loaded: Mapping[str, Any]) -> Iterator[Finding]:
    """Every comparison that is written in a template."""
    for value in field_values(loaded):
        for leaf in leaves(value.raw, value.path):
            # What a variable of the environment holds is not told, in whatever form.
            if leaf.template and not isinstance(leaf.text, EnvText):
                yield from _check(leaf)


def _check(leaf: Leaf) -> Iterator[Finding]:
    tree = parse(leaf.template)
    for node in tree.find_all(nodes.Compare):
        for operand in node.ops:
            for known in _written(operand):
                said = _said(node.expr, known.value)
                if said:
                    yield _finding(leaf, node, f"this never holds: {said}")
    for call in tree.find_all(nodes.Call):
        yield from _check_beginning(leaf, call)
    for choice in tree.find_all(nodes.Or):
        if isinstance(choice.left, nodes.Compare) and isinstance(choice.right, nodes.Const) and choice.right.value:
            text = "this always holds, whatever stands before `or`: write each comparison, or `in` with a list"
            yield _finding(leaf, choice, text)


def _written(operand: nodes.Operand) -> list[nodes.Const]:
    """The values that are compared with, as they are written."""
    # In what `in` looks for a part of, anything may be found.
    if operand.op in ("in", "notin") and isinstance(operand.expr, nodes.Const):
        return []
    items = operand.expr.items if isinstance(operand.expr, (nodes.List, nodes.Tuple)) else [operand.expr]
    return [item for item in items if isinstance(item, nodes.Const)]


def _said(compared: nodes.Expr, value: Any) -> str | None:
    if isinstance(compared, nodes.Filter):
        return _of_filter(compared, value)
    return _as_telephone(value) if isinstance(compared, nodes.Name) and compared.name in _TELEPHONES else None


def _of_filter(compared: nodes.Filter, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    if compared.name == "country" and value not in SUPPORTED_REGIONS:
        meant = region_meant(value) or "DE"
        return f'a country has two capital letters: write "{meant}"'
    if compared.name == "weekday":
        return _as_weekday(compared, value)
    if compared.name == "time" and not (compared.args or compared.kwargs) and not _CLOCK.fullmatch(value):
        found = _LOOSE_CLOCK.fullmatch(value.strip())
        return f'a time is written "{int(found[1]):02}:{found[2] or "00"}"' if found else 'a time is written "18:00"'
    return None


def _as_weekday(compared: nodes.Filter, value: str) -> str | None:
    # Loaded only where a day is compared.
    from babel import Locale

    given = [*compared.args, *(keyword.value for keyword in compared.kwargs)]
    language = given[0].value if given and isinstance(given[0], nodes.Const) else "en"
    names = list(Locale.parse(language).days["format"]["wide"].values())
    return None if value in names else f"the days are called {', '.join(names)}"


def _as_telephone(value: Any) -> str | None:
    if not isinstance(value, str) or len(digits_of(value)) <= 6:
        return None
    written = normalize(value, "DE")
    return f'a number is written "{written}"' if written not in (value, None) else None


def _check_beginning(leaf: Leaf, call: nodes.Call) -> Iterator[Finding]:
    method, given = call.node, call.args[0] if call.args else None
    if not isinstance(method, nodes.Getattr) or method.attr != "startswith" or not isinstance(given, nodes.Const):
        return
    named = isinstance(method.node, nodes.Name) and method.node.name in _TELEPHONES
    begins = str(given.value)
    if named and begins[:1].isdecimal() and len(begins) <= 6:
        wanted = f"+{begins.removeprefix('00')}" if begins.startswith("00") or begins[0] != "0" else f"+49{begins[1:]}"
        yield _finding(leaf, call, f'this hardly holds: a number begins with + and its country code, "{wanted}"')


def _finding(leaf: Leaf, node: nodes.Node, text: str) -> Finding:
    return Finding(leaf.path, Code.COMPARED_IN_VAIN, text, Spot(node.lineno))

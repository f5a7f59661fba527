"""What a template sets: a name, or several at once."""

from collections.abc import Callable
from typing import Any

from jinja2 import nodes

from app.mapping.language.compiler import Compiler
from app.mapping.language.limits import Evaluation, TemplateError
from app.mapping.language.texts import kind_of

Assign = Callable[[Evaluation, Any], None]


def assignment(target: nodes.Node, compiler: Compiler) -> Assign:
    """Gives the target a value. Whatever stands behind it in the template knows its names."""
    if isinstance(target, nodes.Name):
        name = target.name
        compiler.own.add(name)

        def assign(run: Evaluation, value: Any) -> None:
            run.own[name] = value

        return assign
    if not isinstance(target, nodes.Tuple):
        raise ValueError("a template can set names only")
    targets = [assignment(one, compiler) for one in target.items]
    return lambda run, value: _unpack(run, value, targets)


def _unpack(run: Evaluation, value: Any, targets: list[Assign]) -> None:
    if not isinstance(value, (list, tuple)) or len(value) != len(targets):
        raise TemplateError(f"{kind_of(value)} cannot be set as {len(targets)} names")
    for assign, item in zip(targets, value, strict=True):
        assign(run, item)

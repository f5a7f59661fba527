"""The values of a rule's fields: templates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import nodes

from app.domain.callback import Callback
from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.domain.record import Value
from app.mapping.language.calls import CALLS
from app.mapping.language.compiler import Compiler
from app.mapping.language.expressions import EXPRESSIONS
from app.mapping.language.limits import Evaluation, TemplateError
from app.mapping.language.parsing import check_characters, parse
from app.mapping.language.statements import STATEMENTS, body
from app.mapping.names import names_of
from app.mapping.origins import Origin

# Of the callback's names; it raises `TemplateError` when there can be no value.
Render = Callable[[Mapping[str, Any]], Value | None]


@dataclass(frozen=True)
class Fields:
    """The `fields:` of a rule, compiled once."""

    renderers: Mapping[str, Render]
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def render(self, callback: Callback, **other: Any) -> dict[str, Value]:
        """The value of each field that has one for this callback.

        `other` names go before the callback's; a function without arguments is called when a template uses its name.

        Raises `MappingError` that names the field whose template fails.
        """
        names = names_of(callback, **other)
        rendered = ((name, self._render(name, names)) for name in self.renderers)
        return {name: value for name, value in rendered if value is not None}

    def value(self, name: str, callback: Callback) -> Value | None:
        """The value of this field alone. Raises `MappingError`."""
        return self._render(name, names_of(callback))

    def _render(self, name: str, names: Mapping[str, Any]) -> Value | None:
        try:
            return self.renderers[name](names)
        except TemplateError as error:
            origin = self.origins.get(name)
            place = f" ({origin.short})" if origin else ""
            raise MappingError(
                Reason.MAPPING_FAILED,
                f"The template of fields.{name}{place} failed: {error}. Mend it in the rule.",
                field=name,
            ) from error

    def without(self, name: str) -> "Fields":
        """All but this field."""
        return replace(self, renderers={one: render for one, render in self.renderers.items() if one != name})


def compile_text(text: str) -> Render:
    """A template as a function of the callback's names that gives its text, or nothing for an empty one.

    Raises `ValueError` with a sentence when `text` is no template, or one that is not allowed; the function raises
    `TemplateError` when it cannot end in a text.
    """
    check_characters(text)
    if not any(mark in text for mark in ("{{", "{%", "{#")):
        return constant(text)
    compiler = Compiler({**EXPRESSIONS, **CALLS}, STATEMENTS)
    execute = body(parse(text).body, compiler)
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
    compiler = Compiler({**EXPRESSIONS, **CALLS}, STATEMENTS)
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
    run = Evaluation(names)
    try:
        return step(run), run
    except TemplateError:
        raise
    # Nothing else is foreseen; of what it says nothing is told, because it may hold a value of the callback.
    except Exception as error:
        raise TemplateError(type(error).__name__) from error

"""The values of a rule's fields: templates, constants and refs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.domain.callback import Callback
from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.domain.record import Ref, Value
from app.mapping.names import names_of
from app.mapping.summary import duration

REF_KINDS = ("queue",)

Render = Callable[[Mapping[str, Any]], Value | None]


@dataclass(frozen=True)
class Fields:
    """The `fields:` of a rule, compiled once."""

    renderers: Mapping[str, Render]

    def render(self, callback: Callback) -> dict[str, Value]:
        """The value of each field that has one for this callback.

        Raises `MappingError` that names the field whose template fails.
        """
        names = names_of(callback)
        rendered = ((field, self._render(field, names)) for field in self.renderers)
        return {field: value for field, value in rendered if value is not None}

    def _render(self, field: str, names: Mapping[str, Any]) -> Value | None:
        try:
            return self.renderers[field](names)
        # A template is the integrator's text: whatever it raises has to name its field.
        except Exception as error:
            said = error.message if isinstance(error, TemplateError) else type(error).__name__
            raise MappingError(
                Reason.MAPPING_FAILED, f"The template of fields.{field} failed: {said}. Mend it in the rule."
            ) from error


def compile_value(raw: Any) -> Render:
    """A value of `fields:` in the YAML as a function of the callback's names.

    Raises `ValueError` with a sentence when `raw` cannot be a field's value.
    """
    if isinstance(raw, str):
        return _compile_template(raw)
    if isinstance(raw, Mapping):
        ref = _compile_ref(raw)
        return lambda _: ref
    if raw is None or isinstance(raw, (bool, int, float)):
        return lambda _: raw
    raise ValueError("a list is no field value; wanted is a text, a number, true or false, or {queue: NAME}")


def _compile_ref(raw: Mapping[str, Any]) -> Ref:
    known = ", ".join(f"{{{kind}: NAME}}" for kind in REF_KINDS)
    if len(raw) != 1:
        raise ValueError(f"a reference has one key; known: {known}")
    kind, name = next(iter(raw.items()))
    if kind not in REF_KINDS:
        raise ValueError(f'unknown reference "{kind}"; known: {known}')
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"{kind} wants the name of one as text")
    return Ref(kind, name.strip())


def _compile_template(text: str) -> Render:
    try:
        template = _environment().from_string(text)
    except TemplateSyntaxError as error:
        raise ValueError(f"the template has an error in its line {error.lineno}: {error.message}") from error
    return lambda names: template.render(names).strip() or None


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=_for_people, autoescape=False)


def _for_people(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return duration(value) if isinstance(value, timedelta) else value

"""The values of a rule's fields: templates, constants and refs."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment
from ruamel.yaml.comments import TaggedScalar

from app.domain.callback import Callback
from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.domain.record import Ref, Value
from app.mapping.names import KNOWN_NAMES, names_of
from app.mapping.problems import did_you_mean
from app.mapping.summary import duration

REF_KINDS = ("queue",)

Render = Callable[[Mapping[str, Any]], Value | None]


@dataclass(frozen=True)
class Fields:
    """The `fields:` of a rule, compiled once."""

    renderers: Mapping[str, Render]

    def render(self, callback: Callback, **other: Any) -> dict[str, Value]:
        """The value of each field that has one for this callback; `other` names go before the callback's.

        Raises `MappingError` that names the field whose template fails.
        """
        names = {**names_of(callback), **other}
        rendered = ((field, self._render(field, names)) for field in self.renderers)
        return {field: value for field, value in rendered if value is not None}

    def _render(self, field: str, names: Mapping[str, Any]) -> Value | None:
        try:
            return self.renderers[field](names)
        # A template is the integrator's text: whatever it raises has to name its field.
        except Exception as error:
            raise MappingError(
                Reason.MAPPING_FAILED, f"The template of fields.{field} failed: {_said(error)}. Mend it in the rule."
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
    if raw is None or isinstance(raw, (bool, int)) or (isinstance(raw, float) and math.isfinite(raw)):
        return lambda _: raw
    raise ValueError(f"{_kind(raw)}; wanted is a text, a number, true or false, or {{queue: NAME}}")


def _kind(raw: Any) -> str:
    if isinstance(raw, TaggedScalar):
        return f"the tag {raw.tag.value} is not known"
    if isinstance(raw, date):
        return "a date is no field value"
    return f".{raw} is no field value" if isinstance(raw, float) else "a list is no field value"


def _said(error: Exception) -> str:
    # Of what Jinja says itself only this holds no value of the callback.
    if isinstance(error, SecurityError):
        return str(error.message).rstrip(".")
    return "a name in it is undefined" if isinstance(error, UndefinedError) else type(error).__name__


def _compile_ref(raw: Mapping[str, Any]) -> Ref:
    known = ", ".join(f"{{{kind}: NAME}}" for kind in REF_KINDS)
    if any(isinstance(kind, Mapping) for kind in raw):
        raise ValueError('a template needs quotes around it: "{{ … }}"')
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
        tree = _environment().parse(text)
        template = _environment().from_string(text)
    except TemplateSyntaxError as error:
        raise ValueError(f"the template has an error in its line {error.lineno}: {error.message}") from error
    if next(tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)), None):
        raise ValueError("a template cannot include another one")
    unknown = sorted(find_undeclared_variables(tree) - KNOWN_NAMES)
    if unknown:
        meant = did_you_mean(unknown[0], sorted(KNOWN_NAMES))
        raise ValueError(f"the template has no name {unknown[0]}" + (f"; {meant}" if meant else ""))
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

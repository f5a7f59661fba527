"""What the rules want in the fields of their records, as far as it is known before a callback comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.checking.findings import Place
from app.domain.record import Ref, Value
from app.mapping.environment import EnvText

REFS = ("queue", "user", "record_type", "contact", "account")
TYPED = ("number", "datetime", "date", "boolean")
TEXT = "text"
# Only to see how a template is made up; nothing is rendered here.
_ENVIRONMENT = ImmutableSandboxedEnvironment(autoescape=False)
_TEMPLATE = ("{{", "{%", "{#")


@dataclass(frozen=True)
class Template:
    """A text that is made of the callback; `kind` is what becomes of it: a text, or one of `TYPED`."""

    text: str
    kind: str = TEXT


@dataclass(frozen=True)
class Wish:
    """A field of these rules. `values` stand there as they are, such as those of a value table."""

    object: str
    field: str
    rules: tuple[str, ...]
    place: Place | None
    values: Sequence[Value]
    templates: Sequence[Template]
    may_be_empty: bool

    @property
    def refs(self) -> list[Ref]:
        """The values that name something in the org, alternatives included."""
        return [one for one in self.values if isinstance(one, Ref)]


@dataclass
class Parts:
    """What one value of the YAML may come to."""

    values: list[Value]
    templates: list[Template]
    may_be_empty: bool = False

    def add(self, other: "Parts") -> None:
        """Both."""
        self.values += other.values
        self.templates += other.templates


def is_template(text: str) -> bool:
    """Whether a callback changes it."""
    return any(mark in text for mark in _TEMPLATE)


def read_value(raw: Any) -> Parts:
    """What a value of `fields:` may come to."""
    if isinstance(raw, Mapping):
        return _mapping(raw)
    if isinstance(raw, str):
        return Parts([], [Template(raw)], _may_be_empty(raw)) if is_template(raw) else Parts([_stripped(raw)], [])
    return Parts([], [], may_be_empty=True) if raw is None else Parts([raw], [])


def _mapping(raw: Mapping[str, Any]) -> Parts:
    if "table" in raw:
        return _table(raw)
    kind = next(str(key) for key in raw if key in (*REFS, *TYPED))
    if kind in TYPED:
        return _typed(kind, raw[kind])
    return _ref(kind, raw)


def _typed(kind: str, raw: Any) -> Parts:
    if isinstance(raw, (int, float)):
        return Parts([raw], [])
    return Parts([], [Template(str(raw), kind)], may_be_empty=is_template(str(raw)))


def _stripped(text: str) -> str:
    # What comes out of the environment has to stay known as such.
    return text if isinstance(text, EnvText) else text.strip()


def _table(raw: Mapping[str, Any]) -> Parts:
    parts = Parts([], [], may_be_empty=raw.get("default") is None)
    for value in [*raw["table"].values(), raw.get("default")]:
        parts.add(read_value(value))
    return parts


def _ref(kind: str, raw: Mapping[str, Any]) -> Parts:
    otherwise = read_value(raw.get("otherwise"))
    parts = Parts([Ref(kind, str(raw[kind]).strip(), raw.get("by"))], [], may_be_empty=otherwise.may_be_empty)
    parts.add(otherwise)
    return parts


def _may_be_empty(text: str) -> bool:
    """Whether nothing stands there for sure: what is in a condition or comes from the callback may be missing."""
    body = _ENVIRONMENT.parse(text).body
    parts = [part for node in body if isinstance(node, nodes.Output) for part in node.nodes]
    return not any(isinstance(part, nodes.TemplateData) and part.data.strip() for part in parts)

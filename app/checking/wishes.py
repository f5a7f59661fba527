"""What the rules want in the fields of their records, as far as it is known before a callback comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from app.checking.findings import Place
from app.crm.salesforce.refs.objects import LOOKUP
from app.domain.record import Ref, Value
from app.mapping.environment import EnvText
from app.mapping.language.parsing import parse
from app.mapping.references import REF_KINDS
from app.mapping.render import is_template
from app.mapping.typed import KINDS

TEXT = "text"


@dataclass(frozen=True)
class Wish:
    """A field of these rules. `values` stand there as they are, such as those of a value table.

    `templates` has what each template makes of a callback: a text, or one of `KINDS`.
    """

    object: str
    field: str
    rules: tuple[str, ...]
    place: Place | None
    values: Sequence[Value]
    templates: Sequence[str]
    may_be_empty: bool

    @property
    def refs(self) -> list[Ref]:
        """The values that name something in the org, alternatives included."""
        return [one for one in self.values if isinstance(one, Ref)]


@dataclass(frozen=True)
class Parts:
    """What one value of the YAML may come to; all as in `Wish`."""

    values: Sequence[Value] = ()
    templates: Sequence[str] = ()
    may_be_empty: bool = False


def read_value(raw: Any) -> Parts:
    """What a value of `fields:` may come to."""
    if isinstance(raw, Mapping):
        return _table(raw) if "table" in raw else _mapping(raw)
    if raw is None:
        return Parts(may_be_empty=True)
    if isinstance(raw, str) and is_template(raw):
        return Parts(templates=[TEXT], may_be_empty=_may_be_empty(raw))
    # What comes out of the environment has to stay known as such.
    return Parts([raw.strip() if isinstance(raw, str) and not isinstance(raw, EnvText) else raw])


def _table(raw: Mapping[str, Any]) -> Parts:
    rows = [read_value(value) for value in (*raw["table"].values(), raw.get("default"))]
    values = [value for row in rows for value in row.values]
    templates = [template for row in rows for template in row.templates]
    return Parts(values, templates, may_be_empty=raw.get("default") is None)


def _mapping(raw: Mapping[str, Any]) -> Parts:
    kind = next(str(key) for key in raw if key in REF_KINDS or key in KINDS)
    given = raw[kind]
    if kind in REF_KINDS:
        otherwise = read_value(raw.get("otherwise"))
        ref = _lookup(raw) if kind == LOOKUP else Ref(kind, str(given).strip(), raw.get("by"))
        return Parts([ref, *otherwise.values], otherwise.templates, otherwise.may_be_empty)
    if isinstance(given, (int, float)):
        return Parts([given])
    return Parts(templates=[kind], may_be_empty=is_template(str(given)))


def _lookup(raw: Mapping[str, Any]) -> Ref:
    value = raw["value"]
    is_number = not isinstance(value, str)
    name = value["number"] if isinstance(value, Mapping) else value
    return Ref(LOOKUP, str(name).strip(), raw["by"], object=raw["lookup"], is_number=is_number)


def _may_be_empty(text: str) -> bool:
    """Whether nothing stands there for sure: what is in a condition or comes from the callback may be missing."""
    body = parse(text).body
    parts = [part for node in body if isinstance(node, nodes.Output) for part in node.nodes]
    return not any(_is_sure(part) for part in parts)


def _is_sure(part: nodes.Node) -> bool:
    if isinstance(part, nodes.TemplateData):
        return bool(part.data.strip())
    if isinstance(part, nodes.Or):
        return _is_sure(part.right)
    return isinstance(part, nodes.Const) and bool(str(part.value or "").strip())

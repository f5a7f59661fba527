"""The values of `fields`, and the parts that they are made of: each text, template and typed value with its path."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.mapping.conditions import Condition
from app.mapping.problems import Path
from app.mapping.references import REF_KINDS
from app.mapping.render import is_template, source_of
from app.mapping.typed import KINDS


@dataclass(frozen=True)
class FieldValue:
    """A value of `fields:`, and the conditions of the rule that it stands in; none for the defaults."""

    path: Path
    field: str
    raw: Any
    when: Mapping[str, Condition]


@dataclass(frozen=True)
class Leaf:
    """A part of a value; `raw` is what is compiled: a constant, a text, or a typed value such as `{number: …}`."""

    path: Path
    raw: Any

    @property
    def text(self) -> Any:
        """What stands there; that of a typed value without its type."""
        return self.raw[self.path[-1]] if isinstance(self.raw, Mapping) else self.raw

    @property
    def template(self) -> str:
        """The source of the template that stands there; empty if none does."""
        text = self.text
        return source_of(text) if isinstance(text, str) and is_template(text) else ""


def field_values(loaded: Mapping[str, Any]) -> Iterator[FieldValue]:
    """Each value of `fields`, of the defaults and of all rules."""
    for name, raw in ((loaded.get("defaults") or {}).get("fields_") or {}).items():
        yield FieldValue(("defaults", "fields", name), name, raw, {})
    for index, rule in enumerate(loaded.get("rules") or []):
        for name, raw in (rule.get("fields_") or {}).items() if isinstance(rule, dict) else ():
            yield FieldValue(("rules", index, "fields", name), name, raw, rule.get("when") or {})


def leaves(raw: Any, path: Path) -> Iterator[Leaf]:
    """What the value at `path` is made of."""
    if not isinstance(raw, Mapping):
        yield Leaf(path, raw)
        return
    kind = next((key for key in KINDS if key in raw), None)
    if kind is not None:
        yield Leaf((*path, kind), raw)
        return
    yield from (Leaf((*path, key), raw[key]) for key in (*REF_KINDS, "of") if key in raw)
    for key in ("value", "default", "otherwise"):
        if key in raw:
            yield from leaves(raw[key], (*path, key))
    rows = raw.get("table")
    for key, row in rows.items() if isinstance(rows, Mapping) else ():
        yield from leaves(row, (*path, "table", key))

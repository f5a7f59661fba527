"""Texts of `fields` that were most likely meant as a name, a reference, or without their quotes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.record_ids import record_id_spellings
from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.names import KNOWN_NAMES
from app.mapping.problems import Finding
from app.mapping.references import BY_NUMBER, REF_KINDS
from app.mapping.review.habits import in_quotes
from app.mapping.review.leaves import Leaf, field_values, leaves
from app.mapping.review.rendering import try_render
from app.mapping.review.samples import full
from app.mapping.summary import REF_BY_FIELD
from app.mapping.typed import KINDS
from app.mapping.values import compile_value

# `$name`, `%name%`, `[name]`, `<name>`, `#name#` of other programs; single braces are told elsewhere.
_MARKED = re.compile(r"\$(\w+)|%(\w+)%|\[(\w+)\]|<(\w+)>|#(\w+)#|\{\{?\$(\w+)\}?\}")
_OF_REFS = (*REF_KINDS, *KINDS, "value")
# A value in quotes, `"{queue: B2B Support}"`.
_MAPPING = re.compile(rf"\{{\s*({'|'.join((*REF_KINDS, *KINDS, 'of'))})\s*:.*\}}\Z", re.DOTALL)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_KIND_BEFORE = re.compile(r"(queue|user|record_type|contact|account_owner|account|open_case)\s*:\s*(.+)")


def check_texts(loaded: Mapping[str, Any]) -> Iterator[Finding]:
    """Every text of `fields`, in whatever value it stands."""
    for value in field_values(loaded):
        for leaf in leaves(value.raw, value.path):
            # What a variable of the environment holds is not told, in whatever form.
            if isinstance(leaf.text, str) and not isinstance(leaf.text, EnvText) and leaf.path[-1] != "of":
                yield from _check(leaf)
                if value.field in REF_BY_FIELD and leaf.text.strip() and leaf.path[-1] not in _OF_REFS:
                    yield from _check_id(value.field, leaf)


def _check(leaf: Leaf) -> Iterator[Finding]:
    text = leaf.text.strip()
    within = in_quotes(text)
    if within:
        said = f'the quotes of a word processor are sent with it: write "{within}"'
        yield Finding(leaf.path, Code.QUOTES_ODD, said)
    if leaf.template:
        return
    quoted = _MAPPING.match(text)
    if quoted:
        said = f"this is sent as it stands: take the quotes away, so that it is a value with `{quoted[1]}`"
        yield Finding(leaf.path, Code.NAME_AS_TEXT, said)
    marked = next((found for found in _MARKED.finditer(text) if _name(found) in KNOWN_NAMES), None)
    name = text if text in KNOWN_NAMES else _name(marked) if marked else None
    if name:
        written = marked[0] if marked else name
        said = f'"{written}" is sent as it stands: for the callback\'s value write "{{{{ {name} }}}}"'
        yield Finding(leaf.path, Code.NAME_AS_TEXT, said)


def _name(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group)


def _check_id(field: str, leaf: Leaf) -> Iterator[Finding]:
    render = compile_value(leaf.raw)
    values = [try_render(render, names)[0] for names in full({})]
    if any(value is None or record_id_spellings(str(value)) for value in values) or leaf.text.strip() in KNOWN_NAMES:
        return
    found = _KIND_BEFORE.fullmatch(leaf.text.strip())
    kind = found[1] if found else REF_BY_FIELD[field]
    name = found[2] if found else _shown(kind, leaf)
    # An address is a person's, and no queue has a name like that.
    by = ""
    if kind == "queue" and _ADDRESS.fullmatch(leaf.text.strip()):
        kind, by = "user", ", by: email"
    said = f"{field} takes an id, and this is a name: write {{{kind}: {name}{by}}}"
    yield Finding(leaf.path, Code.NAME_FOR_ID, said)


def _shown(kind: str, leaf: Leaf) -> str:
    text = leaf.text.strip()
    if kind in BY_NUMBER and not leaf.template:
        return '"{{ callback_number }}"'
    return f'"{text}"' if leaf.template or not re.fullmatch(r"[A-Za-z][\w ]*", text) else text

"""Errors as Salesforce tells them, read from an answer's body."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Where an error has no `fields`, its message may name them. One pattern for a code, since others quote a caller's text.
_NAMES_IN_MESSAGE = {
    "INVALID_FIELD": r"(?:No such column ')([^']+)'|^The (\w+) field should not be specified",
    "INVALID_FIELD_FOR_INSERT_UPDATE": r"create/update fields: ([\w, ]+)\.",
    "REQUIRED_FIELD_MISSING": r"fields are missing: \[([\w, ]+)\]",
    "FIELD_INTEGRITY_EXCEPTION": r"^field integrity exception: (\w+)",
    "DUPLICATE_VALUE": r"^duplicate value found: (\w+) duplicates",
}
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,79}")


@dataclass(frozen=True)
class Fault:
    """One error as Salesforce tells it. `fields` may be empty even where a field is at fault."""

    code: str
    message: str = ""
    fields: Sequence[str] = field(default_factory=tuple)


def faults_of(body: Any) -> list[Fault]:
    """The errors in an answer's body: an array, or for some resources a single object."""
    items = body if isinstance(body, list) else [body]
    return [_fault_of(item) for item in items if isinstance(item, Mapping)]


def _fault_of(item: Mapping[str, Any]) -> Fault:
    # Collections say statusCode where all others say errorCode.
    code = str(item.get("errorCode") or item.get("statusCode") or "")
    if not _CODE.fullmatch(code):
        code = ""  # a proxy's own JSON
    message = str(item.get("message") or "")
    fields = item.get("fields")
    named = [str(name) for name in fields] if isinstance(fields, list) else []
    return Fault(code, message, tuple(named or _names_in(message, code)))


def _names_in(message: str, code: str) -> list[str]:
    found = re.search(_NAMES_IN_MESSAGE[code], message) if code in _NAMES_IN_MESSAGE else None
    if found is None:
        return []
    return [name.strip() for group in found.groups() if group for name in group.split(",") if name.strip()]

"""From the values that jtel sends to what they say of a callback. Encodings and wrappers are off by now."""

from collections.abc import Mapping
from typing import Any

from app.domain.jtel_fields import JTEL_FIELDS, JTEL_NAMES
from app.payload.values import READERS, EventIdError, clean, to_text

# jtel's names are the same in any case of their letters.
_NAMES = {name: name for name in JTEL_NAMES} | {name.lower(): name for name in JTEL_NAMES}
_NOTHING: Mapping[str, Any] = dict.fromkeys(field.part for field in JTEL_FIELDS)


def by_jtels_name(fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of the fields that jtel documents, under its spelling, and all others as they came."""
    documented: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, value in fields.items():
        name = _NAMES.get(key) or _NAMES.get(key.lower())
        if name is None:
            extra[key] = clean(value)
        # jtel's own spelling wins over another, and a value over none.
        elif name not in documented or _is_better(value, documented[name], exact=key == name):
            documented[name] = value
    return documented, extra


def _is_better(value: Any, known: Any, *, exact: bool) -> bool:
    return to_text(known) is None or (exact and to_text(value) is not None)


def read_parts(documented: Mapping[str, Any], texts: Mapping[str, str | None]) -> tuple[dict[str, Any], list[str]]:
    """What the values say, by the `part` of their fields, and what is wrong with them. `texts` are the same as text.

    A later release may mix both forms: what the flat one does not say, the record may.
    """
    parts, problems = dict(_NOTHING), []
    for field in JTEL_FIELDS:
        text = texts[field.name]
        if text is None or parts[field.part] is not None:
            continue
        try:
            parts[field.part] = READERS[field.kind](documented[field.name], text)
        except EventIdError as error:
            problems.append(f"{field.name} is {error}, wanted is a whole number above 0")
    return parts, list(dict.fromkeys(problems))

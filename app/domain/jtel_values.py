"""What a JSON value of jtel says, as text or as a whole number."""

import json
import re
from typing import Any

from app.domain.characters import storable

_EXACT = 2**53  # up to here a float is a whole number exactly
_NULLS = frozenset({"", "null"})
_LONGEST_NULL = 4
_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0*)?")


def to_text(value: Any) -> str | None:
    """Any JSON value as text; null, "", "NULL" and "null" are nothing."""
    if value is None:
        return None
    if type(value) is int:
        return str(value)
    text = value if isinstance(value, str) else _dump(value)
    # Most texts hold nothing that cannot be stored, which Python sees at once.
    text = (text if text.isprintable() else storable(text)).strip()
    return None if len(text) <= _LONGEST_NULL and text.lower() in _NULLS else text


def read_whole(text: str) -> int | None:
    """The whole number that the text writes, if it does."""
    return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None


def _dump(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:  # what was just within the depth for reading is not for writing
        return "null"

"""Takes out of the log what may be a telephone number. What only looks like one is known by its key or its form."""

import re
from collections.abc import Mapping
from typing import Any

# What these hold is no telephone number, whatever it looks like.
NO_NUMBERS = frozenset(
    {
        "request_id",
        "remote",
        "event_id",
        "case_id",
        "case_number",
        "entry",
        "timestamp",
        "config",
        "before",
        "stays",
        "ms",
        "crm_ms",
        "pid",
    }
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_HARMLESS = "|".join(
    [
        r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?:[+-]\d\d:?\d\d)?(?!\d)",
        rf"(?<![\d.])(?:{_OCTET}\.){{3}}{_OCTET}(?!\.?\d)",
        r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b",
        r"\b[0-9a-f]{32}\b",
    ]
)
# As people write them, and as they stand in a URL.
_GAP = r"(?:[\s()./_+\u2010-\u2015\u2212-]|%2[0-9A-Fa-f]){0,3}"
_NUMBER = rf"(?:\+|%2B|\b0){_GAP}\d(?:{_GAP}\d){{3,}}|\d(?:{_GAP}\d){{5,}}"
_FOUND = re.compile(f"({_HARMLESS})|{_NUMBER}", re.IGNORECASE)
DIGIT = re.compile(r"\d")
_SHORTEST = 5
TOO_LONG = 1_000_000


def mask_text(text: str) -> str:
    """The text without what looks like a telephone number."""
    if len(text) < _SHORTEST or not DIGIT.search(text):
        return text
    return _FOUND.sub(lambda found: found[0] if found[1] else "…" + found[0][-2:], text)


def shown(key: str, value: Any) -> Any:
    """Of what looks like a telephone number only the last two digits, however deep it lies."""
    try:
        return _masked(key, value)
    except Exception:  # it has no words of its own, or no end
        return f"({type(value).__name__})"


def _masked(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool) or (key in NO_NUMBERS and isinstance(value, (str, int, float))):
        return value
    if isinstance(value, (int, float)):
        return value if abs(value) < TOO_LONG else mask_text(str(value))
    if isinstance(value, Mapping):
        return {mask_text(str(name)): _masked(str(name), one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(key, one) for one in value]
    return mask_text(str(value))

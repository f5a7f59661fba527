"""Salesforce's record ids: 15 case-sensitive characters, and a suffix of 3 that says which are capitals."""

import re

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SUFFIXES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
INSTANCE = "Rb0"
"""Which server made the id; the sandbox has only one."""

_SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)


def suffix(id15: str) -> str:
    """The 3 characters that make an id of 15 safe where case is lost."""
    blocks = (id15[0:5], id15[5:10], id15[10:15])
    return "".join(SUFFIXES[sum(1 << i for i, c in enumerate(b) if "A" <= c <= "Z")] for b in blocks)


def make_id(prefix: str, number: int) -> str:
    """The id of the `number`th record of the object with this key prefix."""
    digits = ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    id15 = prefix + INSTANCE + digits.rjust(9, "0")
    return id15 + suffix(id15)


def normalise(value: str) -> str | None:
    """The id in 18 characters, or None when the text is no id (a suffix of the wrong case is none)."""
    if not _SHAPE.fullmatch(value):
        return None
    full = value[:15] + suffix(value[:15])
    return full if len(value) == 15 or value == full else None

"""Numbers that went through a spreadsheet, or through a program that took a telephone number for a quantity."""

import re

# A group of a number that a person has written ends in noughts, too: 0711.0000.
_POINT = re.compile(r"(\+?[1-9]\d{6,}(?=[.,]0+\Z)|0\d{6,}(?=[.,]00?\Z)|[1-9]\d*(?=[.,]0\Z))[.,]0+")
_POWER = re.compile(r"(\d)[.,](\d+)e(\+?)(\d{1,2})", re.I)
# Java leaves noughts at the end out. What wrote so many digits of the others has not rounded them.
_ENOUGH_DIGITS = 7
_MOST_NOUGHTS = 2


def as_written(text: str) -> str:
    """The digits of `4930901820.0`, and of `4.93090182E9` if none was rounded away; any other text as it is."""
    point = _POINT.fullmatch(text.strip())
    if point:
        return point[1]
    power = _POWER.fullmatch(text.strip())
    return (power and _digits(power[1] + power[2], int(power[4]) + 1, signed=bool(power[3]))) or text


def _digits(known: str, length: int, *, signed: bool) -> str | None:
    missing = length - len(known)
    if missing <= 0:
        return None if known[length:].strip("0") else known[:length]
    # Java writes no sign; what writes one may round to so many digits, and it would be another's number.
    exact = not signed and missing <= _MOST_NOUGHTS and len(known) > _ENOUGH_DIGITS
    return known.ljust(length, "0") if exact else None

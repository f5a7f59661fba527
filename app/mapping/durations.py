"""Lengths of time as an admin writes them: `30 min`, `2 h`, `90 s`, `1 day`."""

import re
from datetime import timedelta
from typing import Any

from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.problems import WrongError

_UNITS = {
    "s": timedelta(seconds=1),
    "sec": timedelta(seconds=1),
    "second": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "minute": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "d": timedelta(days=1),
    "day": timedelta(days=1),
}
_WRITTEN = re.compile(r"(\d{1,6})\s*([a-z]+)")
_LOOSE = re.compile(r"(?:>=?\s*)?(\d{1,6})(?:[.,](\d{1,2}))?\s*([a-z]*)\.?")
# By their first three letters, in English and German.
_FOREIGN = {
    **dict.fromkeys(("h", "std", "stu", "hou", "hrs", "hr"), "h"),
    **dict.fromkeys(("m", "min"), "min"),
    **dict.fromkeys(("s", "sec", "sek"), "s"),
    **dict.fromkeys(("d", "day", "tag"), "days"),
}
_LONGEST = timedelta(days=365)
_WANTED = "wanted is a length of time such as 90 s, 30 min, 2 h or 1 day"


def parse_duration(value: Any) -> timedelta:
    """The length of time, longer than nothing and at most a year. Raises `WrongError`."""
    written = _WRITTEN.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    # `mins` and `days` are as good.
    unit = _UNITS.get(written[2]) or _UNITS.get(written[2].removesuffix("s")) if written else None
    if written is None or unit is None:
        raise WrongError(Code.DURATION_INVALID, _WANTED + _meant(value))
    duration = int(written[1]) * unit
    if not timedelta(0) < duration <= _LONGEST:
        raise WrongError(Code.DURATION_INVALID, f"{_WANTED}, longer than nothing and at most a year")
    return duration


def _meant(value: Any) -> str:
    """What `30`, `0,5 h` or `> 30 Minuten` are most likely to be."""
    # What a variable of the environment holds is not told.
    if isinstance(value, EnvText):
        return ""
    found = _LOOSE.fullmatch(str(value).strip().lower())
    unit = _FOREIGN.get(found[3][:3], "") if found else ""
    if found is None or (found[3] and not unit):
        return ""
    if not found[3]:
        return f"; the unit is missing: write {found[1]} min, or {found[1]} h"
    number = float(f"{found[1]}.{found[2] or 0}")
    minutes = int(number * 60) if unit == "h" else int(number)
    return f"; did you mean {minutes} min?" if found[2] and unit == "h" else f"; did you mean {found[1]} {unit}?"

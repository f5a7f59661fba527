"""Days and times of a day as people write them, and as `within` wants them."""

import re
from difflib import get_close_matches

from app.mapping.environment import EnvText

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What people call the days, in English and German; two or more letters of a name will do.
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GERMAN = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_SEVERAL = {
    **dict.fromkeys(("weekdays", "workdays", "werktags", "wochentags", "mo-fr"), "mon-fri"),
    **dict.fromkeys(("weekend", "weekends", "wochenende"), "sat-sun"),
    **dict.fromkeys(("daily", "always", "all", "täglich", "everyday"), "mon-sun"),
}
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?(?:\s*(?:uhr|h|o'clock))?"
_LOOSE = re.compile(rf"(?:(?:from|von)\s+)?{_CLOCK}\s*(?:-|\u2013|to|bis|until)\s*{_CLOCK}")


def days_meant(written: str) -> str:
    """The days that are most likely meant, `mon-fri`; nothing if they are not known."""
    written = written.lower()
    if written in _SEVERAL:
        return _SEVERAL[written]
    parts = [part.strip(" .") for part in re.split(r"\s*(?:-|\u2013|\bto\b|\bbis\b)\s*", written)]
    days = [_day(part) for part in parts]
    return "-".join(days) if all(days) and len(days) <= 2 else ""


def _day(written: str) -> str:
    known = {**dict(zip(_GERMAN, DAYS, strict=True)), **dict(zip(_LONG, DAYS, strict=True))}
    begun = {day for name, day in known.items() if len(written) > 1 and name.startswith(written)}
    near = get_close_matches(written, [*DAYS, *known], n=1)
    if len(begun) == 1:
        return begun.pop()
    return known.get(near[0], near[0]) if near else ""


def hours_meant(written: str) -> str:
    """The same span as it has to be written; nothing if it is not known."""
    found = _LOOSE.fullmatch(written.strip().lower())
    if found is None:
        return ""
    ends = [_clock(*found.group(*groups)) for groups in ((1, 2, 3), (4, 5, 6))]
    return "-".join(ends)


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    hours = int(hour) % 12 + 12 * (half == "pm") if half else int(hour)
    return f"{hours:02}:{minute or '00'}"


def spans_meant(written: object) -> str:
    """The office hours of `mon-fri 08:00-18:00`, as a mapping; nothing if they are not known."""
    parts = written if isinstance(written, list) else [written]
    # What a variable of the environment holds is not told.
    if any(isinstance(part, EnvText) for part in parts):
        return ""
    found = [re.fullmatch(r"(\D+?)[\s:]+(\d.*)", part.strip()) if isinstance(part, str) else None for part in parts]
    pairs = [(days_meant(one[1].strip()), hours_meant(one[2])) for one in found if one]
    if len(pairs) < len(parts) or not all(days and hours for days, hours in pairs):
        return ""
    return "{" + ", ".join(f'{days}: "{hours}"' for days, hours in pairs) + "}"

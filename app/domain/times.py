"""jtel's times: mostly local and without offset, sometimes with milliseconds, `Z`, an offset, or since the epoch."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# A form decodes the plus of an offset that was not encoded to a space; others write one before the sign.
_OFFSET = re.compile(r"(:\d\d(?:[.,]\d+)?) ([+-]?)(\d\d:?\d\d)\Z")
_UTC = re.compile(r"(?<=\d) ?(?:UTC|GMT|Z)\Z", re.I)
# Java names the zone behind the time: 2026-11-28T10:00:00+01:00[Europe/Berlin]; others do so without brackets.
_ZONE = re.compile(r"(?:\s*\[!?|\s+\(?)([A-Za-z+-][\w+:/-]{1,60})[\])]?(?:\[[^\[\]]*\])*\Z", re.ASCII)
_SHIFT = re.compile(r"(?:UTC|GMT)?([+-]\d\d:?\d\d)", re.I)
# Summer time, and what Germans call theirs; the zones that have such a name know themselves when they change.
_SHIFTS = {"CEST": "+02:00", "MESZ": "+02:00", "MEZ": "+01:00"}
# Seconds, or to the milli-, micro- or nanosecond.
_SINCE_EPOCH = re.compile(r"(1\d{9})((?:\d{3}){0,3})(?:[.,](\d+))?", re.ASCII)
_POWER = re.compile(r"1\.\d{1,18}E(?:9|1[0-8])", re.ASCII | re.I)
# Nobody writes the month first with points.
_GERMAN = re.compile(
    r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?:,? (?:um )?(\d{1,2})[:.](\d{2})(?::(\d{2}))?(?: Uhr)?)?", re.ASCII | re.I
)
_LONGEST = 100  # characters
# Outside of these a time is a placeholder such as 0000-00-00 or 9999-12-31.
_YEARS = range(1970, 2200)
_EPOCH = date(1970, 1, 1)
# No call was sent to us before. Clocks that lost their time begin in 1980, 2000 or 2001; 2099 is for ever.
_YEARS_OF_CALLS = range(2010, 2090)
_SAYS_TIME = re.compile(r"[^\W0_tTzZ]")
# No day, no month, or before 1970; and the end of the year 9999, as programs count.
_NO_DAY = re.compile(r"\d{4}-(?:00-\d\d|\d\d-00)(?!\d).*|-\d+(?:[.,]\d+)?(?:E\d+)?|2534\d{8}(?:\d{3})?", re.ASCII)


def parse_time(text: str) -> datetime | None:
    """An ISO 8601 time, aware if it names an offset or a zone; nothing if it is none."""
    time = _read(text)
    return time if time is not None and time.year in _YEARS and time.date() != _EPOCH else None


def parse_written_time(text: str) -> datetime | None:
    """As `parse_time`; also what a person writes in German: 24.12.2026, 10:00 Uhr."""
    german = _GERMAN.fullmatch(text) if len(text) <= _LONGEST else None
    if german is None:
        return parse_time(text)
    day, month, year, hour, minute, second = (int(part or 0) for part in german.groups())
    try:
        time = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    return time if year in _YEARS else None


def parse_call_time(text: str) -> datetime | None:
    """The time of a call; nothing if it is none, or a placeholder."""
    time = parse_time(text)
    return time if time is not None and time.year in _YEARS_OF_CALLS else None


def is_placeholder(text: str) -> bool:
    """Whether it is written like a time but is none of a call: 0000-00-00T00:00:00, 1970-01-01, 0."""
    if parse_call_time(text) is not None:
        return False
    return _read(text) is not None or not _SAYS_TIME.search(text) or _NO_DAY.fullmatch(text) is not None


def _read(text: str) -> datetime | None:
    if len(text) > _LONGEST:
        return None
    since = _SINCE_EPOCH.fullmatch(f"{Decimal(text):f}" if _POWER.fullmatch(text) else text)
    if since:
        return datetime.fromtimestamp(int(since[1]), UTC) + timedelta(seconds=float(f"0.{since[2]}{since[3] or 0}"))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _in_another_form(text)


def _in_another_form(text: str) -> datetime | None:
    text = _UTC.sub("Z", text)
    zone = _ZONE.search(text)
    try:
        time = datetime.fromisoformat(_OFFSET.sub(_signed, text[: zone.start()] if zone else text))
        known = _zone(zone[1]) if zone and time.tzinfo is None else time.tzinfo
    except ValueError:
        return None
    # Without brackets it may be any word.
    return time.replace(tzinfo=known) if known or not zone or "[" in zone[0] else None


def _signed(offset: re.Match[str]) -> str:
    return f"{offset[1]}{offset[2] or '+'}{offset[3]}"


def _zone(name: str) -> tzinfo | None:
    shift = _SHIFT.fullmatch(_SHIFTS.get(name.upper(), name))
    if shift:
        return datetime.strptime(shift[1], "%z").tzinfo
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def in_zone(time: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The same moment on the clock of `zone`.

    Without offset it is that clock's: an hour that daylight saving skips is shifted forward, of an hour that
    comes twice the first is meant.
    """
    if time is None:
        return None
    if time.tzinfo is None:
        time = time.replace(tzinfo=zone, fold=0)
    # Through UTC, because a time in the gap has no other way to become one that exists.
    return time.astimezone(UTC).astimezone(zone)

"""jtel's times: mostly local and without offset, sometimes with milliseconds, `Z` or an offset."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_LOST_PLUS = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)\Z")
# Outside of these a time is a placeholder such as 0000-00-00 or 9999-12-31.
_YEARS = range(1970, 2200)


def parse_time(text: str) -> datetime | None:
    """An ISO 8601 time, aware if it names an offset; nothing if it is none."""
    try:
        # A form decodes the plus of an offset that was not encoded to a space.
        time = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", text))
    except ValueError:
        return None
    return time if time.year in _YEARS else None


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

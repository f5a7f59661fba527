"""The times of a call in a callback that is sent: those of an example are long over."""

import re
from datetime import datetime, timedelta

from app.sandbox.jtel.clock import local_now
from app.sandbox.shown_time import ZONE

# In JSON, as a form and as a query. The end of the call counts, or when the event was made.
_NAMED = re.compile(
    r"(?P<name>dtCallStart|dtCallEnd|dtCreated)(?P<between>\"\s*:\s*\"|=)"
    r"(?P<time>\d{4}-\d\d-\d\d(?:T|\s|\+|%20)\d\d(?::|%3A)\d\d(?::|%3A)\d\d)(?P<zone>Z|(?:[+-]|%2B)\d\d(?::|%3A)\d\d)?",
    re.IGNORECASE,
)
_STALE = timedelta(minutes=1)


def age_of(text: str) -> timedelta | None:
    """How long its call is over, if that is long enough to matter. `text` is a callback in any form."""
    named = [_moment(one) for one in _NAMED.finditer(text) if one["name"].lower() != "dtcallstart"]
    ends = [moment for moment in named if moment is not None]
    age = _now() - max(ends) if ends else timedelta()
    return age if age > _STALE else None


def moved(text: str, by: timedelta) -> str:
    """The same with its times so much later, each written as it was."""
    return _NAMED.sub(lambda found: _later(found, by), text)


def _later(found: re.Match[str], by: timedelta) -> str:
    written = found["time"]
    try:
        time = (_read(written) + by).isoformat(sep=" ")
    except (ValueError, OverflowError):
        # A placeholder: 0000-00-00 00:00:00.
        return found[0]
    digits = iter(re.findall(r"\d+", time))
    # What stands between the numbers stays.
    parts = re.split(r"(%3A|%20|\D)", written, flags=re.IGNORECASE)
    new = "".join(next(digits) if part.isdigit() else part for part in parts)
    return f"{found['name']}{found['between']}{new}{found['zone'] or ''}"


def _moment(found: re.Match[str]) -> datetime | None:
    """Without an offset, on the clock of the sandbox's jtel; nothing where it is no time."""
    zone = (found["zone"] or "").replace("%2B", "+").replace("%3A", ":")
    try:
        moment = datetime.fromisoformat(f"{_read(found['time']).isoformat()}{zone}")
        return moment.astimezone(ZONE).replace(tzinfo=None) if zone else moment
    except (ValueError, OverflowError):
        return None


def _read(written: str) -> datetime:
    return datetime(*map(int, re.findall(r"\d+", re.sub("%3A|%20", " ", written, flags=re.IGNORECASE))))  # type: ignore[arg-type]


def _now() -> datetime:
    return local_now().replace(microsecond=0)

"""When an event is to be distributed: jtel's four rules. It imports nothing of Ringback: the sandbox reads it, too."""

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta

_DATE = re.compile(r"(\d{4})(-?)(\d\d)\2(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):?(\d\d)", re.ASCII)


def read_date(written: str) -> date:
    """The day that `yyyy-mm-dd` or `yyyymmdd` writes. Raises `ValueError`, which says what is wanted."""
    found = _DATE.fullmatch(written)
    with suppress(ValueError):
        if found is not None:
            return date(int(found[1]), int(found[3]), int(found[4]))
    raise ValueError("wanted is yyyy-mm-dd or yyyymmdd")


def read_time(written: str) -> time:
    """The time that `hh:mm` or `hhmm` writes. Raises `ValueError`, which says what is wanted."""
    found = _TIME.fullmatch(written)
    with suppress(ValueError):
        if found is not None:
            return time(int(found[1]), int(found[2]))
    raise ValueError("wanted is hh:mm or hhmm")


def appointment(day: date | None, at: time | None, now: datetime) -> datetime | None:
    """The earliest time of the event, on the clock of `now`; nothing if it is at once.

    A day without a time begins at 00:00. A time without a day is the next such time. What is past is at once.
    """
    if day is None and at is None:
        return None
    if day is not None:
        wanted = datetime.combine(day, at or time(), now.tzinfo)
    else:
        wanted = datetime.combine(now.date(), at or time(), now.tzinfo)
        if wanted <= now:
            wanted = datetime.combine(now.date() + timedelta(days=1), at or time(), now.tzinfo)
    return wanted if wanted > now else None

"""Days of the year in `when`: `{dates: ["12-24 to 01-01", "2026-04-03"]}`, for holidays."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.problems import Gathered, WrongError

DATE = r"(?:(\d{4})-)?(\d{2})-(\d{2})"
DAYS = rf"{DATE}(?:\s*(?:to|-|\u2013)\s*{DATE})?"
# Every day of a year exists in it.
_LEAP_YEAR = 2000
_LEAP_DAYS = 366
_WANTED = (
    'wanted is a day of every year as month and day, "12-25", or of one: "2026-04-03"; or the first and the last of '
    'several: "12-24 to 01-01"'
)

# A year, or nothing for each; the month and the day.
Day = tuple[int | None, int, int]


@dataclass(frozen=True)
class Dates:
    """Days of every year, or of one."""

    days: frozenset[Day]

    def hold(self, time: datetime) -> bool:
        """Whether the clock of `time` shows one of the days."""
        return not self.days.isdisjoint(((None, time.month, time.day), (time.year, time.month, time.day)))


def parse_dates(raw: Any) -> Dates:
    """The days in the YAML. Raises `WrongError` with all that is wrong."""
    if not isinstance(raw, list) or not raw:
        raise WrongError(Code.CONDITION_INVALID, 'wanted is a list of days: ["12-25", "2026-04-03"]')
    days: set[Day] = set()
    wrong = Gathered()
    for index, written in enumerate(raw):
        with wrong.part(index):
            days.update(_span(written if isinstance(written, str) else str(written)))
    wrong.tell()
    return Dates(frozenset(days))


def _span(written: str) -> Iterator[Day]:
    found = re.fullmatch(DAYS, written.strip(), re.ASCII)
    if found is None:
        raise WrongError(Code.CONDITION_INVALID, _WANTED + _meant(written))
    year, other_year = found[1], found[4]
    first = _date(year, found[2], found[3])
    last = _date(other_year, found[5], found[6]) if found[5] else first
    if found[5] and bool(year) != bool(other_year):
        raise WrongError(Code.CONDITION_INVALID, "the first and the last day both have a year, or none has one")
    length = (last - first).days
    if not year:
        # The turn of the year may be within.
        length %= _LEAP_DAYS
    if not 0 <= length < _LEAP_DAYS:
        raise WrongError(Code.CONDITION_INVALID, "the last day is before the first, or more than a year behind it")
    for offset in range(length + 1):
        day = first + timedelta(days=offset)
        if not year and day.year > _LEAP_YEAR:
            day -= timedelta(days=_LEAP_DAYS)
        yield (day.year if year else None), day.month, day.day


def _meant(written: str) -> str:
    """What a day in the German order is here, `24.12.`."""
    # What a variable of the environment holds is not told.
    if isinstance(written, EnvText):
        return ""
    found = re.fullmatch(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})?", written.strip())
    if found is None:
        return ""
    year = f"{found[3]}-" if found[3] else ""
    return f'; did you mean "{year}{int(found[2]):02}-{int(found[1]):02}"?'


def _date(year: str | None, month: str, day: str) -> date:
    try:
        return date(int(year or _LEAP_YEAR), int(month), int(day))
    except ValueError as error:
        raise WrongError(Code.CONDITION_INVALID, "no calendar has this day") from error

"""Days of the year in `when`: `{dates: ["12-25", "2026-04-03"]}`, for holidays."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.mapping.codes import Code
from app.mapping.problems import Gathered, WrongError

DATE = r"(?:(\d{4})-)?(\d{2})-(\d{2})"
# Every day of a year exists in it.
_LEAP_YEAR = 2000

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
            days.add(_day(written))
    wrong.tell()
    return Dates(frozenset(days))


def _day(written: Any) -> Day:
    found = re.fullmatch(DATE, str(written).strip(), re.ASCII)
    if found is None:
        said = 'wanted is a day of every year as month and day, "12-25", or of one: "2026-04-03"'
        raise WrongError(Code.CONDITION_INVALID, said)
    year = int(found[1]) if found[1] else None
    month, day = int(found[2]), int(found[3])
    try:
        date(year or _LEAP_YEAR, month, day)
    except ValueError as error:
        raise WrongError(Code.CONDITION_INVALID, "no calendar has this day") from error
    return year, month, day

"""Due dates: `{datetime: "{{ requested_at }}", plus: 4 h, within: *hours, except: *holidays}`."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.mapping.codes import Code
from app.mapping.dates import Dates, parse_dates
from app.mapping.durations import parse_duration
from app.mapping.office_hours import OfficeHours, parse_hours
from app.mapping.problems import Gathered, WrongError
from app.mapping.working_time import WorkingTime

DUE = ("plus", "within", "except")
KINDS = ("date", "datetime")
_ALL_DAY = OfficeHours(())
_FORM = "{{{kind}: …, plus: 4 h, within: *hours}}"
_DAYS = re.compile(r"d(?:ays?)?\Z", re.IGNORECASE)

Later = Callable[[datetime, ZoneInfo], datetime]


def compile_due(kind: str, raw: Mapping[Any, Any]) -> Later | None:
    """What gives the time that lies some working time later; nothing where none is written.

    Raises `WrongError` with all that is wrong.
    """
    if not any(key in raw for key in DUE):
        return None
    wrong = Gathered()
    for missing in [key for key in ("plus", "within") if key not in raw]:
        wrong.add(
            Code.TYPED_INVALID, f"working time has `plus` and `within`, {_FORM.format(kind=kind)}: add `{missing}`"
        )
    duration, hours, closed = timedelta(0), _ALL_DAY, Dates(frozenset())
    with wrong.part("plus"):
        duration = _duration(raw["plus"]) if "plus" in raw else duration
    with wrong.part("within"):
        hours = parse_hours(raw["within"]) if "within" in raw else hours
    with wrong.part("except"):
        closed = parse_dates(raw["except"]) if "except" in raw else closed
    wrong.tell()
    working = WorkingTime(hours, closed)
    return lambda moment, zone: working.after(moment, duration, zone)


def _duration(raw: Any) -> timedelta:
    if isinstance(raw, str) and _DAYS.search(raw.strip()):
        raise WrongError(Code.DURATION_INVALID, "a day may be open for longer than another: write hours, such as 8 h")
    return parse_duration(raw)

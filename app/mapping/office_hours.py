"""Office hours: `{mon-fri: "08:00-12:00, 13:00-17:00", sat: "09:00-12:00"}`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.hours_meant import DAYS, days_meant, hours_meant, spans_meant
from app.mapping.problems import Gathered, WrongError

DAY = 24 * 60
# A dash is what word processors make of a hyphen.
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-\u2013]\s*(\d{1,2}):(\d{2})")
_CLOSED = ("closed", "none", "off", "no", "never", "geschlossen", "zu", "-")
_HOLIDAYS = ("holiday", "holidays", "feiertag", "feiertage")
_WANTED_DAYS = f"wanted is one of {', '.join(DAYS)}, or a range such as mon-fri"
_WANTED_SPANS = 'wanted are times of a day such as "08:00-12:00, 13:00-17:00"'

# Minutes since midnight: from, and up to but not including.
Span = tuple[int, int]


@dataclass(frozen=True)
class OfficeHours:
    """For each weekday the spans in which it is open; a span over midnight has its rest on the next day."""

    spans: tuple[tuple[Span, ...], ...]

    def open_at(self, time: datetime) -> bool:
        """Whether the clock of `time` shows an hour within. The last minute is no more in it."""
        minute = time.hour * 60 + time.minute
        return any(begin <= minute < end for begin, end in self.spans[time.weekday()])


def parse_hours(raw: Any) -> OfficeHours:
    """The office hours in the YAML. Raises `WrongError` with all that is wrong."""
    if not isinstance(raw, Mapping) or not raw:
        wanted = spans_meant(raw) or '{mon-fri: "08:00-17:00"}'
        # What a variable of the environment holds is not told.
        if isinstance(raw, str) and not isinstance(raw, EnvText) and re.fullmatch(r"[A-Za-z_][\w-]*", raw):
            wanted += f", or *{raw} for what an anchor &{raw} marks"
        raise WrongError(Code.HOURS_INVALID, f"wanted are days and their hours: {wanted}")
    spans: list[set[Span]] = [set() for _ in DAYS]
    wrong = Gathered()
    for days, hours in raw.items():
        with wrong.part(days):
            for day, span in _opened(days, hours):
                spans[day].add(span)
    wrong.tell()
    return OfficeHours(tuple(tuple(sorted(of_day)) for of_day in spans))


def _opened(days: Any, hours: Any) -> Iterator[tuple[int, Span]]:
    for day in _days(days):
        yield from _placed(day, _spans(hours))


def _days(written: Any) -> Iterator[int]:
    for part in str(written).split(","):
        first, _, last = part.strip().lower().partition("-")
        names = (first.strip(), last.strip() or first.strip())
        if any(name not in DAYS for name in names):
            if part.strip().lower() in _HOLIDAYS:
                said = (
                    'holidays are {dates: ["12-25"]} beside it, or in working time `except`; here are days of the week'
                )
                raise WrongError(Code.HOURS_INVALID, said)
            meant = days_meant(part.strip())
            said = f'unknown day "{part.strip()}"; {f"did you mean {meant}?" if meant else _WANTED_DAYS}'
            raise WrongError(Code.HOURS_INVALID, said)
        begin, end = (DAYS.index(name) for name in names)
        yield from ((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def _spans(written: Any) -> list[Span]:
    if str(written).strip().lower() in _CLOSED:
        raise WrongError(Code.HOURS_INVALID, "a day on which nobody works is left out: take this line out")
    parts = written if isinstance(written, list) else str(written or "").split(",")
    # What a variable of the environment holds is not told.
    told = not isinstance(written, EnvText)
    if isinstance(written, list) and len(parts) == 2 and not any(isinstance(part, EnvText) for part in parts):
        _check_apart(*map(str, parts))
    return [_span(str(part), told=told and not isinstance(part, EnvText)) for part in parts] or _no_spans()


def _check_apart(begin: str, end: str) -> None:
    """Refuses a span whose ends stand in a list, as two items."""
    meant = "" if "-" in begin + end else hours_meant(f"{begin}-{end}")
    if meant:
        _no_spans(meant)


def _span(written: str, *, told: bool) -> Span:
    found = _SPAN.fullmatch(written.strip())
    hours = [int(part) for part in found.groups()] if found else _no_spans(hours_meant(written) if told else "")
    begin, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if hours[1] > 59 or hours[3] > 59 or begin >= DAY or end > DAY:
        raise WrongError(Code.HOURS_INVALID, f"no clock shows such a time; {_WANTED_SPANS}")
    if begin == end:
        raise WrongError(Code.HOURS_INVALID, 'from and to are the same; the whole day is "00:00-24:00"')
    return begin, end


def _placed(day: int, spans: list[Span]) -> Iterator[tuple[int, Span]]:
    for begin, end in spans:
        if begin < end:
            yield day, (begin, end)
        else:
            yield day, (begin, DAY)
            yield (day + 1) % 7, (0, end)


def _no_spans(meant: str = "") -> Any:
    raise WrongError(Code.HOURS_INVALID, _WANTED_SPANS + (f'; did you mean "{meant}"?' if meant else ""))

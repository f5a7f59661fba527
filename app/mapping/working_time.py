"""A time that lies some working time later: only the minutes count in which it is open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.mapping.dates import Dates
from app.mapping.language.limits import TemplateError
from app.mapping.office_hours import OfficeHours

# Where hardly a day is open, nobody waits for longer.
MOST_DAYS = 1000
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

# From, and up to but not including.
_Open = tuple[datetime, datetime]


@dataclass(frozen=True)
class WorkingTime:
    """Office hours, but for the days on which it is `closed`."""

    hours: OfficeHours
    closed: Dates

    def after(self, moment: datetime, duration: timedelta, zone: ZoneInfo) -> datetime:
        """The first time by which it was open for as long as `duration` since `moment`, on the clock of `zone`.

        Raises `TemplateError` where that takes years.
        """
        since = moment.astimezone(UTC)
        for begin, end in self._open_since(since, moment.astimezone(zone).date(), zone):
            if end - begin >= duration:
                return (begin + duration).astimezone(zone)
            duration -= end - begin
        raise TemplateError(f"there is not so much working time in {MOST_DAYS} days")

    def _open_since(self, since: datetime, day: date, zone: ZoneInfo) -> Iterator[_Open]:
        for _ in range(MOST_DAYS):
            for begin, end in self._open_on(day, zone):
                if end > since:
                    yield max(begin, since), end
            day += _DAY

    def _open_on(self, day: date, zone: ZoneInfo) -> Iterator[_Open]:
        """In UTC, in their order."""
        midnight, next_midnight = (_midnight(one, zone) for one in (day, day + _DAY))
        if self.closed.hold(datetime.combine(day, time())):
            return
        if next_midnight - midnight != _DAY:
            yield from self._by_minutes(midnight, next_midnight, zone)
            return
        for first, last in _joined(self.hours.spans[day.weekday()]):
            yield midnight + first * _MINUTE, midnight + last * _MINUTE

    def _by_minutes(self, minute: datetime, end: datetime, zone: ZoneInfo) -> Iterator[_Open]:
        """Of a day on which the clock is changed."""
        while minute < end:
            if self.hours.open_at(minute.astimezone(zone)):
                yield minute, minute + _MINUTE
            minute += _MINUTE


def _joined(spans: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """The spans, which come in their order, without what is in two of them."""
    reached = 0
    for first, last in spans:
        if last > reached:
            yield max(first, reached), last
            reached = last


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)

"""Office hours, on the clock of whoever sends. How they are written wrongly is in `broken/`."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.callback import Callback
from app.domain.source import Source
from app.mapping.hours_meant import DAYS
from app.mapping.office_hours import parse_hours
from app.mapping.when import read_when
from tests.payload.strategies import PROPERTY

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, tzinfo=BERLIN)
MINUTES = st.integers(0, 24 * 60 - 1)


@pytest.mark.parametrize(
    ("hours", "day", "clock", "expected"),
    [
        ({"mon": "08:00-17:00"}, "mon", "07:59", False),
        ({"mon": "08:00-17:00"}, "mon", "08:00", True),
        ({"mon": "08:00-17:00"}, "mon", "16:59", True),
        ({"mon": "08:00-17:00"}, "mon", "17:00", False),
        ({"mon": "08:00-17:00"}, "tue", "10:00", False),
        ({"mon-fri": "8:00-17:00"}, "fri", "8:00", True),
        ({"mon-fri": "08:00-17:00"}, "sat", "10:00", False),
        ({"fri-mon": "08:00-17:00"}, "sun", "10:00", True),
        ({"fri-mon": "08:00-17:00"}, "tue", "10:00", False),
        ({"mon, wed": "08:00-17:00"}, "wed", "10:00", True),
        ({"mon, wed": "08:00-17:00"}, "tue", "10:00", False),
        ({"MON - Fri": "08:00 - 17:00"}, "thu", "10:00", True),
        ({"mon": "08:00-12:00, 13:00-17:00"}, "mon", "12:30", False),
        ({"mon": "08:00-12:00, 13:00-17:00"}, "mon", "13:00", True),
        ({"mon": ["08:00-12:00", "13:00-17:00"]}, "mon", "16:00", True),
        ({"mon": "22:00-06:00"}, "mon", "23:00", True),
        ({"mon": "22:00-06:00"}, "tue", "05:59", True),
        ({"mon": "22:00-06:00"}, "tue", "06:00", False),
        ({"mon": "22:00-06:00"}, "mon", "05:00", False),
        ({"sun": "22:00-06:00"}, "mon", "05:00", True),
        ({"mon-sun": "00:00-24:00"}, "wed", "23:59", True),
        ({"mon": "22:00-24:00"}, "tue", "00:00", False),
        ({"mon": "08:00-09:00", "mon-fri": "10:00-11:00"}, "mon", "08:30", True),
    ],
)
def test_open_or_closed(hours, day, clock, expected):
    """From the first minute on, up to but not including the last one; a span over midnight belongs to its first day."""
    hour, _, minute = clock.partition(":")
    time = MONDAY + timedelta(days=DAYS.index(day), hours=int(hour), minutes=int(minute))

    assert expected == parse_hours(hours).open_at(time)


@PROPERTY
@given(st.integers(0, 6), MINUTES, MINUTES, st.integers(0, 7 * 24 * 60 - 1))
def test_a_span_is_open_for_its_length(day, begin, end, minute):
    """On any minute of the week a span is open if that minute lies within its length from its beginning on."""
    if begin == end:
        return
    hours = parse_hours({DAYS[day]: f"{_clock(begin)}-{_clock(end)}"})
    since = (minute - day * 24 * 60 - begin) % (7 * 24 * 60)

    assert (since < (end - begin) % (24 * 60)) == hours.open_at(MONDAY + timedelta(minutes=minute))


@PROPERTY
@given(st.integers(0, 6), MINUTES, MINUTES, st.integers(0, 7 * 24 * 60 - 1))
def test_closed_is_the_opposite(day, begin, end, minute):
    """A span and its rest of the day are never both open, and never both closed on that day."""
    if begin >= end:
        return
    open_then = parse_hours({DAYS[day]: f"{_clock(begin)}-{_clock(end)}"})
    rest = [span for span in (f"00:00-{_clock(begin)}", f"{_clock(end)}-24:00") if span != "00:00-00:00"]
    closed_then = parse_hours({DAYS[day]: rest})
    time = MONDAY + timedelta(minutes=minute)

    assert (time.weekday() == day) == (open_then.open_at(time) != closed_then.open_at(time))


@pytest.mark.parametrize(
    ("received", "zone", "hours", "expected"),
    [
        # The clock goes from 02:00 to 03:00: eight o'clock is an hour earlier in the world than the day before.
        (datetime(2026, 3, 28, 7, 0, tzinfo=UTC), "Europe/Berlin", {"sat": "08:00-09:00"}, True),
        (datetime(2026, 3, 29, 7, 0, tzinfo=UTC), "Europe/Berlin", {"sun": "08:00-09:00"}, False),
        (datetime(2026, 3, 29, 6, 0, tzinfo=UTC), "Europe/Berlin", {"sun": "08:00-09:00"}, True),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Europe/Berlin", {"sun": "02:00-03:00"}, False),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Europe/Berlin", {"sun": "03:00-04:00"}, True),
        # The clock goes back from 03:00 to 02:00: both of the hours between two and three are.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", {"sun": "02:00-03:00"}, True),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Berlin", {"sun": "02:00-03:00"}, True),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "Europe/Berlin", {"sun": "02:00-03:00"}, False),
        # A night shift over the change.
        (datetime(2026, 10, 25, 4, 59, tzinfo=UTC), "Europe/Berlin", {"sat": "22:00-06:00"}, True),
        (datetime(2026, 10, 25, 5, 0, tzinfo=UTC), "Europe/Berlin", {"sat": "22:00-06:00"}, False),
        # Another day than in UTC.
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "Europe/Berlin", {"tue": "00:00-01:00"}, True),
        (datetime(2026, 11, 23, 3, 0, tzinfo=UTC), "America/New_York", {"sun": "22:00-22:01"}, True),
    ],
)
def test_on_the_clock_of_the_source(received, zone, hours, expected):
    """Hours are those that the source's clock shows, also on the days on which it is changed."""
    callback = Callback(Source("default", ZoneInfo(zone), "DE"), "4711", received)
    conditions, _ = read_when({"received_at": {"within": hours}})
    time = received.astimezone(callback.source.zone)

    assert expected == conditions["received_at"].holds(time)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"

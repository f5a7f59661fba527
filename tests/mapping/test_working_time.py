"""Working time, against an oracle that looks at each minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.mapping.dates import Dates, parse_dates
from app.mapping.language.limits import TemplateError
from app.mapping.office_hours import DAY, OfficeHours, parse_hours
from app.mapping.working_time import WorkingTime
from tests.payload.strategies import PROPERTY

BERLIN = ZoneInfo("Europe/Berlin")
# Clocks that change by an hour, by half of one, at midnight, and never.
ZONES = [
    BERLIN,
    *map(ZoneInfo, ("America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Beirut", "Asia/Tokyo")),
]
OFFICE = parse_hours({"mon-fri": "08:00-12:00, 13:00-17:00"})
NEVER = Dates(frozenset())
MINUTE = timedelta(minutes=1)
# Near a change of the clock, a turn of the year and a leap day, and anywhere else.
NEAR = [datetime(2026, 3, 28), datetime(2026, 10, 24), datetime(2026, 12, 30), datetime(2028, 2, 28)]

spans = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).filter(lambda span: span[0] < span[1])
hours = st.lists(st.lists(spans, max_size=3).map(lambda found: tuple(sorted(set(found)))), min_size=7, max_size=7).map(
    lambda days: OfficeHours(tuple(days))
)
closed = st.sets(st.tuples(st.none(), st.sampled_from([1, 3, 10, 12]), st.integers(1, 31)), max_size=4).map(
    lambda days: Dates(frozenset(days))
)
moments = st.one_of(
    st.builds(lambda begin, minutes: begin + minutes * MINUTE, st.sampled_from(NEAR), st.integers(0, 3 * DAY)),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)),
)


def minute_by_minute(working: WorkingTime, moment: datetime, duration: timedelta, zone: ZoneInfo) -> datetime | None:
    """The oracle; nothing where it takes more than a fortnight."""
    for _ in range(14 * DAY):
        if not duration:
            return moment
        here = moment.astimezone(zone)
        if working.hours.open_at(here) and not working.closed.hold(here):
            duration -= MINUTE
        moment += MINUTE
    return None


@PROPERTY
@given(hours, closed, moments, st.integers(1, 30 * 60), st.sampled_from(ZONES))
def test_as_the_oracle(hours: OfficeHours, closed: Dates, moment: datetime, minutes: int, zone: ZoneInfo) -> None:
    """Whatever the hours, the days and the clock: it is the minute by which so many minutes were open."""
    working, since = WorkingTime(hours, closed), moment.replace(tzinfo=UTC)
    wanted = minute_by_minute(working, since, minutes * MINUTE, zone)
    assume(wanted is not None)

    assert wanted == working.after(since, minutes * MINUTE, zone)


@pytest.mark.parametrize(
    ("since", "amount", "due"),
    [
        ("2026-11-20T10:42", 1.0, "2026-11-20T11:42"),
        ("2026-11-20T10:42", 4.0, "2026-11-20T15:42"),
        ("2026-11-20T15:00", 2.0, "2026-11-20T17:00"),
        ("2026-11-20T16:00", 4.0, "2026-11-23T11:00"),
        ("2026-11-21T10:42", 0.5, "2026-11-23T08:30"),
        ("2026-12-23T16:00", 2.0, "2026-12-28T09:00"),
        ("2026-11-20T10:42:30", 1.0, "2026-11-20T11:42:30"),
    ],
)
def test_office_hours(since: str, amount: float, due: str) -> None:
    """Over lunch, a night, a weekend and holidays; what ends with the day is due when it closes."""
    working = WorkingTime(OFFICE, parse_dates(["12-24 to 12-26"]))
    moment = datetime.fromisoformat(since).replace(tzinfo=BERLIN)

    assert datetime.fromisoformat(due) == working.after(moment, timedelta(hours=amount), BERLIN).replace(tzinfo=None)


def test_never_open() -> None:
    """Who is always closed gets no due date, and is told why."""
    working = WorkingTime(OFFICE, parse_dates(["01-01 to 12-31"]))
    with pytest.raises(TemplateError, match="not so much working time"):
        working.after(datetime(2026, 11, 20, tzinfo=BERLIN), timedelta(hours=1), BERLIN)


def test_seldom_open() -> None:
    """A year of one hour a week is found soon."""
    working = WorkingTime(parse_hours({"sun": "02:00-03:00"}), NEVER)
    due = working.after(datetime(2026, 1, 1, tzinfo=BERLIN), timedelta(hours=52), BERLIN)

    # Of the Sunday on which this hour is skipped there is none, of the other there are two.
    assert datetime(2026, 12, 27, 3) == due.replace(tzinfo=None)

"""jtel's times: what they say, and which moment that is."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.times import in_zone, is_placeholder, parse_call_time, parse_time
from tests.payload.strategies import PROPERTY

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-11-21T10:38:07", datetime(2026, 11, 21, 10, 38, 7)),
        ("2026-11-21 10:38:07", datetime(2026, 11, 21, 10, 38, 7)),
        ("2026-11-21T10:38", datetime(2026, 11, 21, 10, 38)),
        ("2026-11-21", datetime(2026, 11, 21)),
        ("2020-08-09T02:33:50.347", datetime(2020, 8, 9, 2, 33, 50, 347_000)),
        ("2022-01-04T13:31:37.477546Z", datetime(2022, 1, 4, 13, 31, 37, 477_546, UTC)),
        ("2022-06-17T15:19:12.484+02:00", datetime(2022, 6, 17, 15, 19, 12, 484_000, timezone(timedelta(hours=2)))),
        ("2022-06-17T15:19:12+0200", datetime(2022, 6, 17, 15, 19, 12, 0, timezone(timedelta(hours=2)))),
        ("2022-06-17T15:19:12.1234567Z", datetime(2022, 6, 17, 15, 19, 12, 123_456, UTC)),
        ("2022-06-17T15:19:12,5", datetime(2022, 6, 17, 15, 19, 12, 500_000)),
        ("2022-06-17 15:19:12 +0200", datetime(2022, 6, 17, 15, 19, 12, 0, timezone(timedelta(hours=2)))),
        ("2022-06-17T15:19:12 02:00", datetime(2022, 6, 17, 15, 19, 12, 0, timezone(timedelta(hours=2)))),
        ("2022-06-17 15:19:12 UTC", datetime(2022, 6, 17, 15, 19, 12, 0, UTC)),
        ("2026-11-28T10:00:00+01:00[Europe/Berlin]", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-28T10:00+01:00[Europe/Berlin]", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-28T10:00:00 01:00[Europe/Berlin]", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-28T10:00:00[Europe/Berlin]", datetime(2026, 11, 28, 10, tzinfo=BERLIN)),
        ("2026-11-28T10:00:00Z[UTC][u-ca=gregory]", datetime(2026, 11, 28, 10, tzinfo=UTC)),
        ("2026-11-28T10:00:00[Nowhere/Here]", datetime(2026, 11, 28, 10)),
        ("2026-11-28T10:00:00+01:00[GMT+01:00]", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-28T10:00:00+01:00[UTC+01:00]", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-28T10:00:00+01:00[+01:00]", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-28T10:00:00[+01:00]", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-28T10:00:00[GMT-0330]", datetime(2026, 11, 28, 10, tzinfo=timezone(-timedelta(minutes=210)))),
        ("2026-11-28T10:00:00Z[Etc/GMT+3]", datetime(2026, 11, 28, 10, tzinfo=UTC)),
        ("2026-11-28T10:00:00 Europe/Berlin", datetime(2026, 11, 28, 10, tzinfo=BERLIN)),
        ("2026-11-28 10:00:00.123 Europe/Berlin", datetime(2026, 11, 28, 10, 0, 0, 123_000, BERLIN)),
        ("2026-11-28T10:00:00+01:00 Europe/Berlin", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-28 10:00:00 +0100 (CET)", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-28T10:00:00 CET", datetime(2026, 11, 28, 10, tzinfo=BERLIN)),
        ("2026-11-28T10:00:00 MEZ", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-07-28T10:00:00 CEST", datetime(2026, 7, 28, 10, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-11-28T10:00:00 GMT+01:00", datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("1795862527,123", datetime(2026, 11, 28, 10, 42, 7, 123_000, UTC)),
        ("1795862527.123", datetime(2026, 11, 28, 10, 42, 7, 123_000, UTC)),
        ("1.795862527123E12", datetime(2026, 11, 28, 10, 42, 7, 123_000, UTC)),
        ("1.795862527E9", datetime(2026, 11, 28, 10, 42, 7, 0, UTC)),
        ("1795255200", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("1795255200347", datetime(2026, 11, 21, 10, 0, 0, 347_000, UTC)),
        ("1795255200000.0", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("1795255200347123", datetime(2026, 11, 21, 10, 0, 0, 347_123, UTC)),
    ],
)
def test_reads_what_jtel_writes(sent, expected):
    """Seconds, milliseconds, microseconds, `Z`, an offset or none of them: each is read, and none is added."""
    time = parse_time(sent)

    assert expected == time
    assert time is not None
    assert expected.utcoffset() == time.utcoffset()


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "0000-00-00",
        "0000-00-00T00:00:00",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59",
        "2026-02-29T10:00:00",
        "2026-11-21T25:00:00",
        "2026-11-21T10:00:00+99:00",
        "21.11.2026 10:38",
        "yyyy-MM-ddTHH:MM:ss",
        "1970-01-01T00:00:00",
        "1970-01-01T01:00:00+01:00",
        "1969-12-31T23:00:00Z",
        "0",
        "-1",
        "2026-11-28T10:00:00[../../etc/passwd]",
        "x" + " " * 60_000 + "x",
        "2026-11-28T10:00:00 or later",
        "2026-11-28T10:00:00 Anna",
        "2026-11-28T10:00:00 ../../etc/passwd",
        "-62135596800000",
        "2026-00-00T00:00:00",
        "yesterday",
        "²026-11-21",
    ],
)
def test_nonsense_is_no_time(sent):
    """A placeholder, an impossible date or another notation is no time and no error."""
    assert parse_time(sent) is None


@pytest.mark.parametrize(
    "sent", ["1970-01-01T00:00:00", "1980-01-01", "1999-12-31T23:59:59", "2000-01-01T00:00:00", "2099-12-31T23:59:59"]
)
def test_no_call_was_then(sent):
    """What a clock says that has lost its time, and what means never, is the time of no call."""
    assert parse_call_time(sent) is None
    assert is_placeholder(sent)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", True),
        ("0000-00-00T00:00:00", True),
        ("0001-01-01T00:00:00Z", True),
        ("-62135596800000", True),
        ("-62135596800", True),
        ("-6.21355968E13", True),
        ("-1", True),
        ("2026-00-00T00:00:00", True),
        ("2026-11-00", True),
        ("253402300799000", True),
        ("2026-11-28T10:00:00 PST", False),
        ("2026-11-21T10:38:07", False),
        ("21.11.2026 10:38", False),
        ("yesterday", False),
    ],
)
def test_placeholders_tell_nobody_anything(text, expected):
    """A text that is no time may tell a person when it was; a placeholder does not."""
    assert expected == is_placeholder(text)


def test_without_offset_it_is_the_clock_of_the_zone():
    """A time without offset is what the clock on the wall of the phone system said."""
    assert "2026-11-21T10:38:07+01:00" == moment("2026-11-21T10:38:07")
    assert "2026-07-21T10:38:07+02:00" == moment("2026-07-21T10:38:07")


def test_with_offset_it_is_the_same_moment_in_the_zone():
    """A time with offset keeps its moment and is shown on the zone's clock."""
    assert "2026-11-21T11:38:07+01:00" == moment("2026-11-21T10:38:07Z")
    assert "2026-11-21T09:38:07+01:00" == moment("2026-11-21T10:38:07+02:00")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-03-29T01:59:59", "2026-03-29T01:59:59+01:00"),
        ("2026-03-29T02:00:00", "2026-03-29T03:00:00+02:00"),
        ("2026-03-29T02:30:00", "2026-03-29T03:30:00+02:00"),
        ("2026-03-29T03:00:00", "2026-03-29T03:00:00+02:00"),
    ],
)
def test_the_hour_that_is_skipped_moves_forward(sent, expected):
    """In the gap of daylight saving no clock showed that time: it is read as the hour after."""
    assert expected == moment(sent)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-10-25T01:59:59", "2026-10-25T01:59:59+02:00"),
        ("2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T03:00:00", "2026-10-25T03:00:00+01:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T01:30:00Z", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_of_the_hour_that_comes_twice_the_first_is_meant(sent, expected):
    """In the fold a time without offset is the first of two; with an offset it says which."""
    assert expected == moment(sent)


def test_no_time_is_no_time():
    """What is absent stays absent."""
    assert in_zone(None, BERLIN) is None


@PROPERTY
@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?", fullmatch=True))
def test_any_text_is_a_time_or_none(sent):
    """Any text is a time that every zone can show, or none; never an error."""
    time = in_zone(parse_time(sent), BERLIN)

    assert time is None or time.utcoffset() is not None


@PROPERTY
@given(st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30)))
def test_every_time_exists_on_the_clock(time):
    """The result is a time that the zone's clock really shows, at most an hour from what was said."""
    shown = in_zone(time, BERLIN)

    assert shown is not None
    assert shown == shown.astimezone(UTC).astimezone(BERLIN)
    assert timedelta(0) <= shown.replace(tzinfo=None) - time <= timedelta(hours=1)


def moment(sent: str) -> str:
    """The moment in Berlin, with its offset."""
    time = in_zone(parse_time(sent), BERLIN)
    return time.isoformat() if time else ""

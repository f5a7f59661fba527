"""A Case that comes late says so."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.delivery.attempt import mark_late
from app.domain.record import Record

BERLIN = ZoneInfo("Europe/Berlin")
REQUESTED = datetime(2026, 11, 20, 10, 42, tzinfo=BERLIN)


def described(after: timedelta, text: str = "who and what") -> object:
    record = Record("Case", {"Subject": "x", "Description": text})
    return mark_late(record, REQUESTED, REQUESTED + after).fields["Description"]


def test_in_time_says_nothing() -> None:
    """A few minutes are no delay."""
    assert "who and what" == described(timedelta(minutes=4))


def test_late_says_when() -> None:
    """The agent reads when the caller asked and when the Case came; on another day with the date."""
    assert "Late: requested 10:42, delivered 13:05.\nwho and what" == described(timedelta(hours=2, minutes=23))
    assert str(described(timedelta(days=1))).startswith("Late: requested 2026-11-20 10:42, delivered 2026-11-21 10:42.")


def test_nothing_to_say_it_in() -> None:
    """A record without a description stays as it is."""
    record = Record("Task", {"Subject": "x"})

    assert record == mark_late(record, REQUESTED, REQUESTED + timedelta(days=1))

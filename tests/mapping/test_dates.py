"""Days in `when`. How they are written wrongly is in `broken/`."""

from datetime import date, datetime

import pytest

from app.mapping.dates import parse_dates


@pytest.mark.parametrize(
    ("written", "day", "expected"),
    [
        ("12-25", "2026-12-25", True),
        ("12-25", "2027-12-25", True),
        ("2026-04-03", "2027-04-03", False),
        (date(2026, 4, 3), "2026-04-03", True),
        ("12-24 to 01-01", "2026-12-23", False),
        ("12-24 to 01-01", "2026-12-24", True),
        ("12-24 to 01-01", "2027-01-01", True),
        ("12-24 to 01-01", "2027-01-02", False),
        ("12-24 - 01-01", "2026-12-31", True),
        ("02-28 to 03-01", "2028-02-29", True),
        ("2026-12-30 to 2027-01-02", "2027-01-02", True),
        ("2026-12-30 to 2027-01-02", "2027-12-31", False),
        ("05-01 to 05-01", "2026-05-01", True),
    ],
)
def test_days_hold(written, day, expected):
    """A day holds every year or in one; a span holds from its first day to its last, over the turn of the year too."""
    assert expected == parse_dates([written]).hold(datetime.fromisoformat(day))

"""jtel's four rules for an appointment, on jtel's clock."""

from datetime import datetime

import pytest

from app.jtel.appointment import appointment, read_date, read_time

NOW = datetime(2026, 11, 28, 15, 30)


@pytest.mark.parametrize(
    ("day", "at", "when"),
    [
        ("", "", None),
        ("2026-11-29", "", datetime(2026, 11, 29)),
        ("20261229", "", datetime(2026, 12, 29)),
        ("2026-11-28", "", None),
        ("2026-11-27", "", None),
        ("", "10:00", datetime(2026, 11, 29, 10)),
        ("", "1800", datetime(2026, 11, 28, 18)),
        ("", "15:30", datetime(2026, 11, 29, 15, 30)),
        ("", "00:00", datetime(2026, 11, 29)),
        ("2026-11-28", "18:00", datetime(2026, 11, 28, 18)),
        ("2026-11-28", "10:00", None),
        ("2026-12-24", "00:00", datetime(2026, 12, 24)),
    ],
)
def test_rules(day: str, at: str, when: datetime | None) -> None:
    """Nothing: at once. A day: from 00:00. A time: the next such. Both: exactly then. What is past: at once."""
    assert when == appointment(read_date(day) if day else None, read_time(at) if at else None, NOW)

"""What is masked of a callback and its record until an operator reveals it, and what never steers a page."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.console.callback.shown import Revealed, Shown


@pytest.mark.parametrize(
    "value",
    [
        "+4930901820",
        "030 / 90 18 20",
        "491701234567890",
        "Callback for +49 30 901820: urgent",
        {"contact": "+4930901820"},
        4930901820,
        ["+4930901820"],
    ],
)
def test_numbers_are_masked(value: Any) -> None:
    """Of a number only the last two digits are shown, in whatever it stands; who reveals it sees it."""
    said = Shown().text(value)

    assert "…" in said
    assert not any(part in said for part in ("9018", "90 18", "123456"))
    assert "…" not in Shown(Revealed.NUMBERS).text(value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("500Rb0000000001IAA", "500Rb0000000001IAA"),
        ({"queue": "B2B Support"}, "queue: B2B Support"),
        (None, ""),
        (True, "true"),
        (datetime(2026, 11, 28, 10, 42, tzinfo=UTC), "2026-11-28 10:42:00+00:00"),
        ("a\x1b[2Jb\u202ec", "a\\x1b[2Jb\\u202ec"),
    ],
)
def test_what_is_no_number_is_exact(value: Any, said: str) -> None:
    """An id, a time, a name in the org stand as they are; a sign that steers something is spelt out."""
    assert said == Shown().text(value)

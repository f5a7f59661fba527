"""What other programs read of an entry."""

import pytest

from app.operations.described import as_sent


@pytest.mark.parametrize(
    ("event_id", "shown"),
    [
        ("4711", 4711),
        (None, None),
        ("", ""),
        ("a", "a"),
        ("\u00b2", "\u00b2"),
        ("4\u00b2", "4\u00b2"),
        ("\u2460", "\u2460"),
        ("\u0661\u0662", "\u0661\u0662"),
        ("\uff11", "\uff11"),
        ("1" * 15, 111_111_111_111_111),
        ("1" * 16, "1" * 16),
    ],
)
def test_event_as_sent(event_id: str | None, shown: int | str | None) -> None:
    """A number where it is one; what only looks like digits stays a text."""
    assert shown == as_sent(event_id)

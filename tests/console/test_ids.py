"""What somebody writes for an id."""

import pytest

from app.console.ids import read_id


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("0", 0),
        ("4711", 4711),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        (" 1", None),
        ("x", None),
        ("\u0664", None),
    ],
)
def test_an_id(written: str, known: int | None) -> None:
    """It is a number that a row may have, however it is written."""
    assert read_id(written) == known

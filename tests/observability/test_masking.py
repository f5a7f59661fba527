"""Numbers are masked however they are written and however deep they lie; what is no number stays."""

from typing import Any

import pytest

from app.observability.masking import mask_text
from app.observability.output import cleaned

NUMBERS = [
    "+49 30 901820",
    "004930901820",
    "4930901820",
    "030/90 18-20",
    "(030) 901820",
    "+49-30.90.18.20",
    "%2B4930901820",
    "%2B49%2030%20901820",
    "030 9018",
    "+49\u00a030\u2011901820",
    "06.12.34.56.78",
    "\uff14\uff19\uff13\uff10\uff19\uff10\uff11\uff18",
    "01 23 45",
]
HARMLESS = [
    "2026-11-25T18:53:13.123456",
    "2026-11-25 18:53:13",
    "2026-11-25",
    "connection to server at 127.0.0.1, port 54321 failed",
    "10.0.12.254",
    "3f2504e0-4f89-11d3-9a0c-12345678901a",
    "12345678123456781234567812345678",
    "took 12345 of 99999 ms",
    "version 66.0, line 123",
    "5e0c4f",
    "between 10 and 20, 30 or 40",
]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("around", ["{}", "Caller{}", "x={}&y", "'\\n{}'", "a {} b"])
def test_numbers(number: str, around: str) -> None:
    """Of a number only two digits stay, whatever stands around it."""
    masked = mask_text(around.format(number))

    assert "…" in masked
    assert sum(one.isdigit() for one in masked) <= 2


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless(text: str) -> None:
    """Times, addresses, ids and small counts stay."""
    assert text == mask_text(text)


@pytest.mark.parametrize(
    "value",
    [
        {"Caller": "4930901820"},
        [["4930901820"]],
        ("x", {"a": {"4930901820": 1}}),
        4930901820,
        4930901820.0,
        ValueError("4930901820"),
        {"4930901820"},
    ],
)
def test_nested(value: Any) -> None:
    """No number is hidden by what it lies in, nor by its type."""
    assert "901820" not in str(cleaned(None, "", {"value": value}))


def test_known_keys() -> None:
    """What is known to be no number is shown as it is."""
    known = {"event_id": "4930901820", "entry": 12_345_678, "ms": 1_234_567, "case_id": "500123456789012AAA"}

    assert known == cleaned(None, "", dict(known))

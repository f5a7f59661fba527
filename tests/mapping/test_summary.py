"""The readable block. Whole blocks are in `config/fixtures/`."""

from datetime import timedelta

import pytest

from app.mapping.summary import duration


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (53, "53 s"),
        (60, "1 min"),
        (233, "3 min 53 s"),
        (3600, "1 h"),
        (3605, "1 h 5 s"),
        (100_000, "27 h 46 min 40 s"),
    ],
)
def test_duration_is_readable(seconds, expected):
    """A duration is said in hours, minutes and seconds, and what is none is left out."""
    assert expected == duration(timedelta(seconds=seconds))

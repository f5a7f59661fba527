"""Patterns of `matches`. How they are written wrongly is in `broken/`."""

import time

import pytest

from app.mapping.patterns import Pattern

LONG = 60_000


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(a+)+b", "a" * LONG),
        (r"(a|a)*b", "a" * LONG),
        (r"(a|aa)+$b", "a" * LONG),
        (r"(.*a){40}", "a" * LONG + "b"),
        (r"(.*)(.*)(.*)(.*)(.*)x", "a" * LONG),
        (r"(\w+\s?)*!", "word " * (LONG // 5)),
    ],
)
def test_no_pattern_stalls(pattern, text):
    """A pattern that other engines need years for is through a text of the greatest length in a moment."""
    begun = time.process_time()

    assert not Pattern(pattern).matches(text)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\+49(30|40).*", "+4930901820", True),
        (r"\+49", "+4930901820", False),
        ("30", "+4930901820", False),
        (".*", "", True),
        ("a.b", "a\nb", True),
        ("zoë", "Zoë", False),
        ("(?i)ZOË", "Zoë", True),
        ("B2B|VIP", "VIP", True),
        ("B2B|VIP", "VIP1", False),
    ],
)
def test_the_whole_value_counts(pattern, text, expected):
    """A pattern says what the whole value is; a dot is any character, also the end of a line."""
    assert expected == Pattern(pattern).matches(text)

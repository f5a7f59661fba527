"""What the values that jtel sends say."""

import pytest

from app.domain.jtel_values import to_text
from app.payload.fields import shape


@pytest.mark.parametrize("value", [None, "", " ", "\t\r\n", "null", "NULL", "Null", " NULL "])
def test_null_has_many_spellings(value):
    """Null, nothing, blanks and the word NULL are the same."""
    assert to_text(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (False, "false"), (4711, "4711"), (" a ", "a"), (["ä"], '["ä"]'), ("nullable", "nullable")],
)
def test_everything_else_is_a_text(value, expected):
    """A value that is no null is a text; zero and false are values."""
    assert expected == to_text(value)


@pytest.mark.parametrize("text", ["a\x00b", "a" + chr(0xD800) + "b", "a" + chr(0xDFFF) + "b"])
def test_unsafe_characters_are_replaced(text):
    """NUL and lone surrogates, which no database and no Salesforce takes, become U+FFFD."""
    assert "a\ufffdb" == to_text(text)


def test_emoji_are_safe():
    """A character beyond the basic plane is no surrogate."""
    assert "\U0001f600" == to_text("\U0001f600")


def test_shape_says_no_value():
    """A message may tell how long a text is, never what it says."""
    assert "text of 6 characters" == shape("Geheim")
    assert "0" == shape("0")

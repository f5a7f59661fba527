"""From bytes to text and to named values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.payload.decode import decode, decode_text
from tests.payload.strategies import PROPERTY


@pytest.mark.parametrize(
    "raw",
    [
        "Größe 100 €".encode(),
        "Größe 100 €".encode("utf-8-sig"),
        "Größe 100 €".encode("utf-16"),
        "Größe 100 €".encode("windows-1252"),
    ],
    ids=["utf-8", "utf-8-with-mark", "utf-16-with-mark", "windows-1252"],
)
def test_decodes_what_systems_write(raw):
    """Umlauts and the euro sign survive in every encoding that a phone system is known to write."""
    assert "Größe 100 €" == decode_text(raw)


def test_bytes_that_are_no_character_are_marked():
    """A byte that no encoding knows becomes U+FFFD; the rest of the text stays."""
    assert "ü\ufffd" == decode_text(b"\xfc\x81")


def test_last_of_equal_keys_wins():
    """A key that comes twice has its last value, in JSON and in a form alike."""
    assert {"ID": "2"} == decode(b'{"ID": "1", "ID": "2"}', b"")
    assert {"ID": "2"} == decode(b"ID=1&ID=2", b"")


def test_content_tells_the_form():
    """JSON and form are told by how they begin, so a wrong content type harms nothing."""
    assert {"a": "b=c"} == decode(b'\r\n{"a": "b=c"}', b"")
    assert {"a": "{b}"} == decode(b"a={b}", b"")


@PROPERTY
@given(st.binary())
def test_any_bytes_are_text(raw):
    """Decoding never fails, and gives text that can be written out again."""
    assert decode_text(raw).encode("utf-8") is not None

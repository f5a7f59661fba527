"""From bytes to named values."""

from urllib.parse import quote_from_bytes

import pytest

from app.payload.decode import decode

GREETING = "Grüße aus Köln"


def test_last_of_equal_keys_wins():
    """A key that comes twice has its last value, in JSON and in a form alike."""
    assert {"ID": "2"} == decode(b'{"ID": "1", "ID": "2"}', b"")
    assert {"ID": "2"} == decode(b"ID=1&ID=2", b"")


def test_content_tells_the_form():
    """JSON and form are told by how they begin, so a wrong content type harms nothing."""
    assert {"a": "b=c"} == decode(b'\r\n{"a": "b=c"}', b"")
    assert {"a": "{b}"} == decode(b"a={b}", b"")


@pytest.mark.parametrize(
    ("damaged", "expected"),
    [
        (GREETING.encode() + b" M\xc3", f"{GREETING} M\ufffd"),
        (b"\xbc " + GREETING.encode(), f"\ufffd {GREETING}"),
        (GREETING.encode() + b" \xed\xa0\xbd\xed\xb8\x80", f"{GREETING} \U0001f600"),
        (GREETING.encode("windows-1252"), GREETING),
    ],
)
def test_damage_is_the_same_in_every_form(damaged, expected):
    """JSON, form and query, as they are and percent-encoded, keep what is whole of a text."""
    assert {"Body": expected} == decode(b'{"Body": "' + damaged + b'"}', b"")
    assert {"Body": expected} == decode(b"Body=" + damaged, b"")
    assert {"Body": expected} == decode(b"Body=" + quote_from_bytes(damaged).encode(), b"")
    assert {"Body": expected} == decode(b"", b"Body=" + quote_from_bytes(damaged).encode())

"""A repeat is told from an update by what both say."""

import hashlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.delivery.fingerprint import fingerprint, other_call, same_content
from app.domain.source import Source
from app.payload import read

SOURCE = Source("default", ZoneInfo("Europe/Berlin"), "DE")
FIRST = b'{"AcdEventsID": 1, "CallbackNumber": "4930901820", "dtCallStart": "2026-11-20T10:00:00", "Body": "a"}'


def of(body: bytes) -> str:
    return fingerprint(
        read(body, b"", SOURCE, datetime.now(UTC)), lambda text: hashlib.sha256(text.encode()).hexdigest()
    )


@pytest.mark.parametrize(
    ("other", "same", "another_call"),
    [
        (FIRST, True, False),
        (FIRST.replace(b'"4930901820"', b'"+49 30 901820"'), True, False),
        (b'{"ID": 1, "Sender": "4930901820", "EventData": "<eventData><body>a</body></eventData>"}', True, False),
        (FIRST.replace(b'"a"', b'"b"'), False, False),
        (FIRST.replace(b"10:00:00", b"10:00:01"), False, False),
        (FIRST.replace(b"4930901820", b"4989123456"), False, False),
        (FIRST.replace(b"4930901820", b"4989123456").replace(b"10:00:00", b"11:00:00"), False, True),
        (FIRST.replace(b'"Body"', b'"Result_": "UPDATED", "Body"'), True, False),
    ],
    ids=["itself", "spelling", "other form", "body", "start", "number", "number and start", "volatile"],
)
def test_same_content(other: bytes, same: bool, another_call: bool) -> None:
    """Spelling, form and volatile fields do not count; content does; another number and start is another call."""
    assert (same, another_call) == (same_content(of(FIRST), of(other)), other_call(of(FIRST), of(other)))


def test_says_nothing_of_the_content() -> None:
    """What is stored is a keyed hash of each part."""
    assert "901820" not in fingerprint(
        read(FIRST, b"", SOURCE, datetime.now(UTC)), lambda text: str(len(text)).rjust(12, "x")
    )

"""A repeat is told from an update by what both say."""

import hashlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.delivery.entry.same_version import other_call, same_version
from app.domain.callback import fingerprint
from app.domain.entry import Entry, State
from app.domain.source import Source
from app.payload import read

SOURCE = Source("default", ZoneInfo("Europe/Berlin"), "DE")
FIRST = b'{"AcdEventsID": 1, "CallbackNumber": "4930901820", "dtCallStart": "2026-11-20T10:00:00", "Body": "a"}'


def of(body: bytes) -> str:
    return fingerprint(
        read(body, b"", SOURCE, datetime.now(UTC)), lambda text: hashlib.sha256(text.encode()).hexdigest()
    )


def entry(body: bytes, content: str, query: bytes = b"") -> Entry:
    return Entry(1, "default", 1, State.DELIVERED, 0, body, query, "a-request", event_id="1", fingerprint=content)


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
    known = entry(FIRST, of(FIRST))
    assert (same, another_call) == (same_version(known, other, b"", of(other)), other_call(of(FIRST), of(other)))


@pytest.mark.parametrize(
    ("body", "query", "same"),
    [(FIRST, b"a=1", True), (FIRST, b"", False), (FIRST + b" ", b"a=1", False), (b"", b"", False)],
    ids=["the very bytes", "other query", "other body", "purged"],
)
def test_same_bytes_read_differently(body: bytes, query: bytes, same: bool) -> None:
    """Bytes that came before are a repeat, whatever an older Ringback has read in them."""
    known = entry(body, of(FIRST.replace(b"901820", b"901821")), query)
    assert same == same_version(known, FIRST, b"a=1", of(FIRST))


def test_says_nothing_of_the_content() -> None:
    """What is stored is a keyed hash of each part."""
    assert "901820" not in fingerprint(
        read(FIRST, b"", SOURCE, datetime.now(UTC)), lambda text: str(len(text)).rjust(12, "x")
    )

"""What is put into the form to try is what is tried."""

import pytest

from app.console.trying.picks import payload_to_try, text_of
from app.domain.entry import State
from tests.support.desk import Desk

BODY = b'{"AcdEventsID": 1,\r\n "Caller": "4930901820"}'


@pytest.mark.parametrize("edited", [None, b'{"AcdEventsID": 1, "Caller": "4930901821"}'])
@pytest.mark.parametrize("sent", [{"body": BODY}, {"body": b"", "query": b"AcdEventsID=1&Caller=4930901820"}])
def test_what_is_shown_is_tried(desk: Desk, sent: dict[str, bytes], edited: bytes | None) -> None:
    """Byte for byte what is delivered of the callback: what a person has edited counts, as at delivery."""
    entry = desk.change(desk.add(State.FAILED), {**sent, "edited": edited})
    shown = text_of(entry)

    tried = payload_to_try(shown, None, entry)
    assert entry.payload == (tried.body, tried.query)
    assert (edited or sent.get("query") or BODY).decode().replace("\r\n", "\n") in shown


def test_a_changed_text_counts(desk: Desk) -> None:
    """It goes where the callback's own text stood, and keeps its source."""
    entry = desk.change(desk.add(State.FAILED), {"body": b"", "query": b"AcdEventsID=1&Caller=4930901820"})
    tried = payload_to_try(text_of(entry).replace("820", "821"), None, entry)

    assert (b"", b"AcdEventsID=1&Caller=4930901821", entry.source) == (tried.body, tried.query, tried.source)

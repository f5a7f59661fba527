"""Texts that come in EventData."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.payload.event_data import event_data_body
from tests.payload.strategies import PROPERTY

HOSTILE = sorted((Path(__file__).parent / "hostile").glob("*.xml"))


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_nothing_in_xml_is_resolved(path):
    """No entity, file or address in an EventData is followed, and a bomb does not go off."""
    body = event_data_body(path.read_text(encoding="utf-8")) or ""

    assert len(body) < 100
    assert "Geheim" not in body


@pytest.mark.parametrize(
    "event_data",
    ["<", "<>", "</a>", "<?xml", "<?xml version='1.0'?>", "<!-- x -->", "<!DOCTYPE x [", "<?x?>", "<a", "<" * 50_000],
)
def test_broken_xml_is_no_error(event_data):
    """An EventData that is beyond repair has no body; the callback is not lost over it."""
    assert event_data_body(event_data) is None


def test_no_event_data_has_no_body():
    """What is absent stays absent."""
    assert event_data_body(None) is None


@PROPERTY
@given(st.text() | st.text("<>/ab pbody=\"'&;!-?[]\n", max_size=60))
def test_any_text_is_read(text):
    """Any text can be read as an EventData, and as the body of one."""
    event_data_body(text)
    event_data_body(f"<eventData><body html='true'>{text}</body></eventData>")

"""Texts that come in EventData."""

from pathlib import Path
from time import process_time

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


@pytest.mark.parametrize(
    ("event_data", "expected"),
    [
        (
            "<eventData><body>Mail an <anna@example.com> oder <0301234></body></eventData>",
            "<anna@example.com> oder <0301234>",
        ),
        ("<eventData><body>a < b & c</body></eventData>", "a < b & c"),
        ("<eventData><body>&lt;0301234&gt; &amp; mehr</body></eventData>", "<0301234> & mehr"),
        ("<eventData><url>https://x?a=1&b=2</url><body html='true'>&lt;b&gt;ja&lt;/b&gt;</body></eventData>", "ja"),
        ("<eventData><body><![CDATA[<p>von <anna@example.com>]]></body></eventData>", "von <anna@example.com>"),
        ("<eventData><body>Hallo <b>Anna</b", "Hallo Anna"),
        ("<eventData><body>a<!-- c -->b</body></eventData>", "ab"),
        ("<anna@example.com> bittet um Rückruf", "<anna@example.com> bittet um Rückruf"),
        ("<0301234>", "<0301234>"),
        (f"<eventData><body html='true'>{'<b>' * 3_000}tief{'</b>' * 3_000}</body></eventData>", "tief"),
        (f"<eventData><body>{'&lt;div&gt;' * 300}tief</body></eventData>", "tief"),
    ],
)
def test_nothing_that_was_said_is_lost(event_data, expected):
    """What is not well-formed, or nested deep, is read as far as a person would."""
    assert expected in str(event_data_body(event_data))


@pytest.mark.parametrize("inner", ["<body>", "</body>", "<![CDATA[", "<!--", "</a ", " ", "</a>", "<"])
def test_any_xml_costs_little(inner):
    """How much there is adds to the time that reading takes, and does not multiply it."""
    begun = process_time()
    event_data_body(f"<eventData><body>{inner * (65_000 // len(inner))}x")

    assert process_time() - begun < 2


def test_no_event_data_has_no_body():
    """What is absent stays absent."""
    assert event_data_body(None) is None


@PROPERTY
@given(st.text() | st.text("<>/ab pbody=\"'&;!-?[]\n", max_size=60))
def test_any_text_is_read(text):
    """Any text can be read as an EventData, and as the body of one."""
    event_data_body(text)
    event_data_body(f"<eventData><body html='true'>{text}</body></eventData>")

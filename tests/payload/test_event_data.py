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
        (f"{'<a>' * 3_000}<body>tief</body>{'</a>' * 3_000}", "tief"),
        (f"<eventData>{'<br/>' * 300}{'<![CDATA[x]]>' * 300}{'<!-- x -->' * 300}<body>tief</body></eventData>", "tief"),
        ("<Anna> bitte", "<Anna> bitte"),
        ("<Anna>", "<Anna>"),
        ("<Anna Meier> bittet <b>dringend</b> um Rückruf", "<Anna Meier> bittet dringend um Rückruf"),
        ("<Anna bittet um Rückruf", "<Anna bittet um Rückruf"),
        ("<!-- x --> Anna bittet", "Anna bittet"),
        ("<![CDATA[Anna & Otto]]>", "Anna & Otto"),
    ],
)
def test_nothing_that_was_said_is_lost(event_data, expected):
    """What is not well-formed, or nested deep, is read as far as a person would."""
    assert expected in str(event_data_body(event_data))


@pytest.mark.parametrize(
    ("event_data", "expected"),
    [
        ("<eventData><body-html>x</body-html><body>y</body></eventData>", "y"),
        ("<eventData><body-html>x</body-html></eventData>", None),
        ("<eventData><body.x>x</body.x><body>y</body><bodyguard>z</bodyguard></eventData>", "y"),
        ("<eventData><body x='a>b'>y</body></eventData>", "y"),
        ('<eventData><body x="a>b" y=\'c"d\'>y</body></eventData>', "y"),
        ('<eventData><body x="never closed>y</body></eventData>', "y"),
        ("<eventData><x:body\n>y</x:body\n></eventData>", "y"),
        ("<eventData><!-- <body>x</body> --><body>y</body></eventData>", "y"),
        ("<eventData><![CDATA[<body>x</body>]]><body>y</body></eventData>", "y"),
        ("<eventData><!-- <![CDATA[ --><body>y</body></eventData>", "y"),
        ("<eventData><body>y</body><!-- </body> --></eventData>", "y"),
        ("<eventData><body><![CDATA[<html><body>y</body></html>]]></body></eventData>", "y"),
        ("<![CDATA[<eventData><body>y</body></eventData>]]>", "y"),
        ("<eventData><!-- <body>y</body></eventData>", "y"),
        ("<eventData><agent>x</agent></eventData>", None),
        ("<eventData/>", None),
    ],
)
def test_which_body_is_meant(event_data, expected):
    """It is the element of this name, and the text of an attribute, a comment or a CDATA is none."""
    assert expected == event_data_body(event_data)


@pytest.mark.parametrize(
    "inner", ["<body>", "</body>", "<![CDATA[", "<!--", "</a ", " ", "</a>", "<", "<!---->", "<?>", '<body x="']
)
def test_any_xml_costs_little(inner):
    """How much there is adds to the time that reading takes, and does not multiply it."""
    begun = process_time()
    event_data_body(f"<eventData><body>{inner * (65_000 // len(inner))}x")
    event_data_body(f"<eventData>{inner * (65_000 // len(inner))}<body>x</body>")
    event_data_body(f"{inner * (65_000 // len(inner))}")

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

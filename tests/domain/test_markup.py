"""Texts that come as HTML."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.markup import plain
from tests.payload.strategies import PROPERTY


@pytest.mark.parametrize(
    "text",
    [
        "Bitte um Rückruf",
        "5 < 6 und 7 > 3",
        "a &amp; b",
        "x <unbekannt> y",
        "<3 liche Grüße",
        "Zeile 1\n\n\n\nZeile 2",
    ],
)
def test_text_without_markup_stays(text):
    """What has no HTML in it is not touched: no line break, no entity, no angle bracket."""
    assert text == plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "von <i.mueller@example.com>",
        "<b-2> ist der Raum",
        "Preis <a oder b> nennen",
        "<u.a. Vertrag> kündigen",
        "if a<b and b>c",
    ],
)
def test_text_in_angle_brackets_is_no_tag(text):
    """Only a tag is taken away, not a text in angle brackets that begins with the letter of one."""
    assert text == plain(text)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Guten Tag</p>", "Guten Tag"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        (
            "<html><head><title>x</title><style>p{}</style></head><body>Text<script>z()</script></body></html>",
            "Text",
        ),
        ("<b>R&uuml;ckruf</b> &amp; mehr", "Rückruf & mehr"),
        ("<ul><li>eins</li><li>zwei</li></ul>", "- eins\n- zwei"),
        ("<p>a</p><p></p><p></p><p></p><p>b</p>", "a\n\nb"),
        ("<!DOCTYPE html><p>x", "x"),
        ("<p></p>", None),
    ],
)
def test_html_becomes_what_a_person_reads(html, expected):
    """Tags go, line breaks and characters stay, scripts and styles are not shown."""

    assert expected == plain(html)


@pytest.mark.parametrize(
    "text",
    [
        "<anna@example.com>",
        "<0301234>",
        "<+49 30 1234>",
        "<https://example.com/?a=1&copy=2>",
        "a < b",
        "a<b und c>d",
        "x <",
        "<unbekannt>",
        "<a oder b>",
        "<u.a. Vertrag>",
        "<time 10:00>",
        "&foo; und A&B",
        "<!-- nie zu",
        "<p",
        "Firma <Time>",
        "<Link>",
        "<Summary>",
        "<Map>",
        "<object>",
        "<code>",
        "<Mark>",
        "<Menu>",
        "<Center> am Markt",
        "<Label>",
        "<address>",
        "<Input>",
        "<Data>",
    ],
)
@pytest.mark.parametrize("around", ["<p>{}</p>", "<b>Hallo</b> {}<br>", "<div><ul><li>{}"])
def test_what_is_no_tag_is_said(text, around):
    """In HTML, too, a text in angle brackets stays, and a sign that nothing follows."""
    assert text in str(plain(around.format(text)))


@pytest.mark.parametrize("tag", ["b", "div", "font", "table", "custom"])
@pytest.mark.parametrize("depth", [300, 5_000])
def test_nested_however_deep(tag, depth):
    """No depth of tags loses what stands in them, whether they are closed or not."""
    assert "tief" == plain(f"<p>{f'<{tag}>' * depth}tief{f'</{tag}>' * depth}")
    assert tag == "custom" or plain(f"<p>{f'<{tag}>' * depth}tief") == "tief"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Hallo <b>Anna", "Hallo Anna"),
        ('<p title="a > b">x</p>', "x"),
        ('<p title="offen>Anna</p>', "Anna"),
        ("<p>a<!-- b -->c<!--> d", "ac d"),
        ("<p>a<!--[if mso]>Outlook<![endif]-->b<![if !mso]>c<![endif]>", "abc"),
        ("<p>a<!--[if !mso]><!-->b<!--<![endif]-->", "ab"),
        ("<p>a<o:p>&nbsp;</o:p><st1:place w:st='on'>Berlin</st1:place>", "a Berlin"),
        ("<head><body>Text", "Text"),
        ("<title>nie zu <p>Anna", "nie zu\n\nAnna"),
        ("<p>x</p><title>gesagt</title>", "x\n\ngesagt"),
        ("<html> <head><meta charset='utf-8'><title>x</title><body>Anna", "Anna"),
        ("<p>um <time>10</time> bei <code>x</code> <center>Anna</center>", "um 10 bei x\nAnna"),
        ("<p><link rel=stylesheet href=x><input type=text>a<source/>b", "ab"),
        ("<p>&#55357;&#56832; &#xD83D;&#xDE00; &#xd83d;&#56832;", "\U0001f600 \U0001f600 \U0001f600"),
        ("<p>&#55357; allein", "\ufffd allein"),
        ("<table><tr><td>Name</td><td>Anna</td></tr><tr><th>Tel</th><td>12</td></tr></table>", "Name Anna\nTel 12"),
        ("<br>a<section>b</section><section>c</section>", "a\nb\nc"),
        ("<br>&lt;anna@example.com&gt; &amp;uuml;", "<anna@example.com> &uuml;"),
        ('<a href="mailto:anna@example.com">Anna</a>', "Anna (anna@example.com)"),
        ('<a href="tel:+49301234">+49 30 1234</a>', "+49 30 1234"),
        ("<a href='https://x.de/?a=1&amp;b=2'>hier", "hier (https://x.de/?a=1&b=2)"),
        ('<a href="#top">oben</a><a href="javascript:x()">x</a>', "obenx"),
    ],
)
def test_nothing_that_was_said_is_lost(html, expected):
    """What a reader sees stays, whatever is not closed; what no reader sees goes."""
    assert expected == plain(html)


def test_html_that_says_so():
    """A text that surely is HTML is read as such even if no tag gives it away."""
    assert "a & b" == plain("a &amp; b", markup=True)


def test_no_text_is_no_text():
    """What is absent stays absent."""
    assert plain(None) is None


def test_text_is_never_larger_than_its_html():
    """A style cannot make a text of megabytes out of a few bytes."""
    html = '<p>a</p><div style="padding-left: 5000em">b</div>'

    assert len(plain(html) or "") <= len(html)


def test_styles_break_nothing():
    """A style that no browser would take is no error."""
    assert "a\n\nb" == plain(f'a<p style="margin-top: {"9" * 400}em">b</p>')


@PROPERTY
@given(st.text() | st.text("<>/ab pbody=\"'&;!-?[]\n", max_size=60))
def test_any_text_is_read(text):
    """Any text can be read, also as the HTML that it is not."""
    plain(text)
    plain(text, markup=True)


@pytest.mark.parametrize(
    "piece",
    ['<p a="', "<p a='x' ", "<script>", "<style></style>", "<!--", "<p ", "<", "&", "<a href=x>", "<a hidden", "</x>"],
)
def test_any_tags_cost_little(piece):
    """How many tags there are, whole or not, adds to the time that reading takes, and does not multiply it."""
    begun = process_time()
    plain(f"<p>{piece * (65_000 // len(piece))}")

    assert process_time() - begun < 2


@pytest.mark.parametrize("gap", [" ", "\n", "\t\n ", "<br>", "<p>", "<p> "])
def test_a_gap_of_any_length_costs_little(gap):
    """How long a gap is adds to the time that reading takes, and does not multiply it."""
    begun = process_time()
    plain(f"<p>{gap * (65_000 // len(gap))}x</p>")

    assert process_time() - begun < 2  # reading it again and again took 8 seconds

"""The filters of templates: each shows itself; what only some callers cause is here."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.callback import Callback
from app.mapping.filters import FILTERS
from app.mapping.language.limits import TemplateError
from app.mapping.language.template import compile_native, compile_text, names_of
from app.payload import read
from tests.mapping.test_rules import CASES
from tests.payload.reading import RECEIVED_AT, SOURCE
from tests.payload.strategies import PROPERTY

CALLBACK = read((CASES / "callback.json").read_bytes(), b"", SOURCE, RECEIVED_AT)


@pytest.mark.parametrize("name", FILTERS)
def test_shows_itself(name):
    """The example of each filter, which the documentation prints, gives what it says."""
    assert FILTERS[name].gives == compile_text(FILTERS[name].template)(names_of(CALLBACK))


@pytest.mark.parametrize("name", FILTERS)
def test_says_what_it_does(name):
    """Each filter has one short sentence, and an example that uses it."""
    assert re.fullmatch(r"[A-Z][^.]+\.( [A-Z][^.]+\.)?", FILTERS[name].does)
    assert f"| {name}" in FILTERS[name].template


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize(
    "nothing", ["subject", "call_start", "waited", "extra.Missing", "extra.Missing.deeper", "Body"]
)
def test_nothing_gives_nothing(name, nothing):
    """A filter of what this callback does not have gives nothing, and no error."""
    render = compile_native(f"{{{{ {nothing} | {name}{ARGUMENTS.get(name, '')} }}}}")

    assert render(names_of(Callback(SOURCE, "4711", RECEIVED_AT))) is None


ARGUMENTS = {
    "cut": "(80)",
    "replace": '("a", "b")',
    "in_zone": '("Europe/London")',
    "at": '("09:00")',
    "part": '("[0-9]+")',
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{{ "anonymous" | e164 }}', "anonymous"),
        ('{{ "4711" | national }}', "4711"),
        ('{{ "+41446681800" | national }}', "+41 44 668 18 00"),
        ('{{ "00000000001" | international }}', "00000000001"),
        ("{{ 4930901820 | national }}", "030 901820"),
        ('{{ "+49309018201234567890123" | international }}', "+49309018201234567890123"),
        ('{{ "keine" | digits }}', None),
        ('{{ "٣" | digits }}', None),
        ("{{ Caller | national }}", "030 901820"),
        ('{{ "+41446681800" | country }}', "CH"),
        ('{{ "+12125550123" | country }}', "US"),
        ('{{ "030 901820" | country }}', "DE"),
        ('{{ "4711" | country }}', None),
        ('{{ "anonymous" | country }}', None),
        ('{{ "+80012345678" | country }}', None),
    ],
)
def test_numbers(template, expected):
    """A number is read as one of the source's country; what is none, or none that is valid, stays as it is."""
    assert expected == text_of(template)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ dtCallEnd | time }}", "10:42"),
        ('{{ "2026-11-21T10:38:07Z" | time }}', "11:38"),
        ('{{ "2026-11-21" | weekday("de") }}', "Samstag"),
        ('{{ "soon" | time }}', "soon"),
        ("{{ 5 | plus(days=1) }}", "5"),
        ('{{ "2026-10-24T12:00:00" | plus(days=1) | iso }}', "2026-10-25T12:00:00+01:00"),
        ('{{ "2026-10-24T12:00:00" | plus(hours=24) | iso }}', "2026-10-25T11:00:00+01:00"),
        ('{{ "2026-03-28T02:30:00" | plus(days=1) | iso }}', "2026-03-29T03:30:00+02:00"),
        ('{{ "2026-10-25T02:30:00" | plus(hours=1) | iso }}', "2026-10-25T02:30:00+01:00"),
        ('{{ "2026-03-29T12:00:00" | at("02:30") | iso }}', "2026-03-29T03:30:00+02:00"),
        ('{{ "2026-03-29T12:00:00" | minus(days=1) | iso }}', "2026-03-28T12:00:00+01:00"),
        ("{{ requested_at | plus(hours=0.5) | time }}", "11:12"),
        ('{{ requested_at | time("%d.%m.%Y, %H:%M Uhr, 100 %%") }}', "21.11.2026, 10:42 Uhr, 100 %"),
        ('{{ requested_at.strftime("%-d.%-m.") }}', "21.11."),
        ('{{ requested_at | in_zone("UTC") }}', "2026-11-21 09:42:00"),
        ("{{ (call_end - call_start) | seconds }}", "233"),
        ("{{ 5 | minutes }}", "5"),
        ('{{ "24.12.2026 10:00" | date("%A, %-d. %B %Y", "de") }}', "Donnerstag, 24. Dezember 2026"),
        ('{{ "2026-03-01" | date("%a %d. %b 100 %%B", "de") }}', "So. 01. März 100 %B"),
        ('{{ "2026-11-21" | time("%B", "de") }}', "November"),
        ('{{ "2026-11-21" | weekday("fr") }}', "samedi"),
    ],
)
def test_times(template, expected):
    """Times are read as jtel writes them and reckoned over the change of the clock; what is no time stays as it is."""
    assert expected == text_of(template)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{{ "Question" | cut(8) }}', "Question"),
        ('{{ "Question" | cut(7) }}', "Questi…"),
        ('{{ "Question on" | cut(9) }}', "Question…"),
        ('{{ "Question on" | cut(10) }}', "Question…"),
        ('{{ "Question on" | cut(11) }}', "Question on"),
        ('{{ "    Question on" | cut(8) }}', "Que…"),
        ('{{ "a b" | cut(1) }}', "…"),
        ("{{ 12345 | cut(4) }}", "123…"),
        ('{{ "a b" | replace(extra.nothing, "x") }}', "a b"),
        ('{{ "a b" | replace("a ", extra.nothing) }}', "b"),
        ('{{ "a < b & c > d" | html_to_text }}', "a < b & c > d"),
        ('{{ "a &amp; b\nc" | html_to_text }}', "a & b\nc"),
        ('{{ "<p></p>" | html_to_text }}', None),
        ('{{ "KD-4711 and KD-12" | part("KD-([0-9]+)") }}', "4711"),
        ('{{ "KD-4711" | part("[0-9]+") }}', "4711"),
        ('{{ "KD-" | part("KD-([0-9]*)") }}', None),
        ('{{ "a b" | part("(x)|b") }}', None),
        ('{{ "none" | part("[0-9]+") }}', None),
        ('{{ "a\nb" | part("a.b") | one_line }}', "a b"),
        ("{{ group_id | part('^2(.*)') }}", "35"),
        ('{{ "a\t b\r\n\n c " | one_line }}', "a b c"),
        ("{{ group_id | replace(2, 3) }}", TemplateError),
    ],
)
def test_texts(template, expected):
    """A text is cut at a word where there is one, and HTML is read only where there is some."""
    if expected is TemplateError:
        with pytest.raises(ValueError, match="replace"):
            text_of(template)
    else:
        assert expected == text_of(template)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{{ extra.Missing | default("none") }}', "none"),
        ('{{ user_data | default("none") }}', "none"),
        ('{{ "" | default("none") }}{{ " " | default("none") }}', "nonenone"),
        ('{{ 0 | default("none") }}{{ 0 | default("none", true) }}', "0none"),
        ('{{ "1.5" | int }} {{ "-7" | int }} {{ "seven" | int(7) }}', "1 -7 7"),
        ('{{ "1.234,5" | float }} {{ "1,234.5" | float }}', "1234.5 1234.5"),
        ('{{ [1, "", user_data, "a"] | join("-") }}', "1-a"),
        ('{{ [] | first }}{{ "" | last }}', None),
        ("{{ [1, 2, 3] | last }}", "3"),
        ("{{ extra | length }}", "1"),
    ],
)
def test_values(template, expected):
    """Nothing and an empty text have a default; a list leaves out what is empty."""
    assert expected == text_of(template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ subject | cut }}",
        "{{ subject | cut(0) }}",
        "{{ subject | cut('80') }}",
        "{{ call_start | plus(day=1) }}",
        "{{ call_start | plus(days='1') }}",
        "{{ call_start | plus(days=true) }}",
        "{{ call_start | at('25:00') }}",
        "{{ call_start | at(9) }}",
        "{{ call_start | time('%Q') }}",
        "{{ call_start | time('%') }}",
        "{{ call_start | weekday('xx') }}",
        "{{ call_start | in_zone('Berlin') }}",
        "{{ call_start | in_zone }}",
        "{{ subject | replace('', 'x') }}",
        "{{ subject | join(1) }}",
        "{{ subject | part('KD-(') }}",
        "{{ subject | part(5) }}",
        "{{ subject | e164('DE') }}",
        "{{ 5 | round(-1) }}",
    ],
)
def test_wrong_arguments_are_told_at_once(template):
    """What a filter cannot be given is a sentence that names it when the configuration is loaded."""
    name = re.findall(r"\| (\w+)", template)[0]
    wanted = "format" if name == "time" else name.replace("plus", "plus.*")

    with pytest.raises(ValueError, match=wanted):
        compile_text(template)


@PROPERTY
@given(st.text(max_size=60), st.integers(1, 70))
def test_cut_fits_and_keeps_the_beginning(text, length):
    """What is cut has at most the wanted length and begins as the text did."""
    cut = FILTERS["cut"].function(text, length)

    assert len(cut) <= length
    assert text.startswith(cut.removesuffix("…"))


@PROPERTY
@given(st.text(max_size=30) | st.text("+0123456789 ()-/tel:", max_size=20))
def test_numbers_never_fail(text):
    """Whatever stands in the place of a number, the filters give something, and nothing is lost but blanks."""
    for name in ("e164", "national", "international"):
        assert FILTERS[name].function(text, source=SOURCE) or not text


def text_of(template: str) -> object:
    """What the template gives for the callback of `cases/callback.json`."""
    return compile_text(template)(names_of(CALLBACK))

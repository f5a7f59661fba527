"""`${NAME}`: the value of a variable is a text, wherever it stands. What is told of wrong ones is in `broken/`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.callback import Callback
from app.mapping.environment import substitute
from app.mapping.language.template import names_of
from app.mapping.problems import WrongError
from app.mapping.values import compile_value
from tests.payload.reading import RECEIVED_AT, SOURCE
from tests.payload.strategies import PROPERTY

PLACES = {
    "${V}": "{}",
    "a ${V} b": "a {} b",
    "{{ event_id }} ${V}|": "4711 {}|",
    "|{{ '${V}' }}|": "|{}|",
    '|{{ "a${V}" ~ event_id }}|': "|a{}4711|",
    "|{{ ${V} }}|": "|{}|",
    "|{{ ${V} ~ '${V}' }}|": "|{}{}|",
    "|{% if event_id == '4711' %}${V}{% endif %}|": "|{}|",
    "|{# ${V} '${V}' #}|": "||",
    "|{% raw %}{{ ${V} }}{% endraw %}|": "|{{{{ {} }}}}|",
    "|{% set own = '${V}' %}{{ own }}|": "|{}|",
}
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40),
    st.lists(
        st.sampled_from(["{{", "}}", "{%", "%}", "{#", "#}", "'", '"', "\\", "caller", "${", "}", "\n", " ", "n"])
    ).map("".join),
).filter(bool)


@PROPERTY
@given(st.sampled_from(sorted(PLACES)), VALUES)
def test_a_value_is_never_code(written, value):
    """Whatever a variable holds, in a template it is that very text: not one character of it is read by Jinja."""
    made = compile_value(substitute(written, {"V": value}))(names_of(Callback(SOURCE, "4711", RECEIVED_AT)))

    assert PLACES[written].replace("{}", "\x00").format().replace("\x00", value).strip() == (made or "")


@PROPERTY
@given(VALUES)
def test_a_text_holds_the_value(value):
    """Where no template is, the text has the value in it."""
    assert f"a {value} b" == substitute("a ${V} b", {"V": value})


@pytest.mark.parametrize(
    ("written", "expected"),
    [("$${V}", "${V}"), ("$5", "$5"), ("$$5", "$$5"), ("$V", "$V"), ("{V}", "{V}"), ("$${V}${V}", "${V}x")],
)
def test_what_is_no_variable_stays(written, expected):
    """Only `${` begins a variable, and `$${` is a `${` that does not."""
    assert expected == substitute(written, {"V": "x"})


@pytest.mark.parametrize("environment", [{}, {"V": ""}, {"v": "x"}])
def test_unset_is_an_error_that_names_it(environment):
    """A variable that is not set or is empty is told by its name."""
    with pytest.raises(WrongError, match="variable V is not set"):
        substitute("${V}", environment)

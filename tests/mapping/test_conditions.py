"""Which rules take callbacks away from others. What each condition does is in `cases/`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mapping.conditions import covers, impossible
from app.mapping.when import read_when
from tests.payload.strategies import PROPERTY

VALUES = ("a", "b", "ab", "+49")
LEAVES = st.one_of(
    st.sampled_from(VALUES),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=3),
    st.fixed_dictionaries({"matches": st.sampled_from(["a.*", ".*", "a|b", "x?"])}),
    st.just({"missing": True}),
    st.just({"present": True}),
)
WRITTEN = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"not": inner}),
        st.lists(inner, min_size=1, max_size=3),
        st.fixed_dictionaries({"not": inner, "matches": st.just("a.*")}),
    ),
    max_leaves=5,
)
SENT = (None, *VALUES, "c", "x", "abc", "\n")


@PROPERTY
@given(WRITTEN, WRITTEN)
def test_what_is_covered_never_holds_alone(wide, narrow):
    """A rule is only called unreachable if each value that fulfils its condition fulfils the earlier one."""
    wide, narrow = compiled(wide), compiled(narrow)
    if wide is None or narrow is None or not covers(wide, narrow):
        return

    assert [] == [value for value in SENT if narrow.holds(value) and not wide.holds(value)]


@PROPERTY
@given(WRITTEN)
def test_a_condition_covers_itself(written):
    """The same condition a second time is never reached."""
    condition = compiled(written)

    assert condition is None or covers(condition, compiled(written))


@PROPERTY
@given(st.lists(WRITTEN, min_size=1, max_size=3))
def test_the_impossible_never_holds(written):
    """What is called impossible holds for nothing."""
    parts = [part for part in map(compiled, written) if part is not None]
    if not impossible(parts):
        return

    assert [] == [value for value in SENT if all(part.holds(value) for part in parts)]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("a", "a"),
        (["a", "b"], "b"),
        (["a", "b"], ["b", "a"]),
        ({"matches": "a.*"}, ["ab", "a"]),
        ({"present": True}, {"matches": "x"}),
        ({"present": True}, {"matches": "x", "not": "y"}),
        ({"not": "a"}, {"missing": True}),
        ({"not": "a"}, {"not": ["a", "b"]}),
        ({"not": {"not": "a"}}, "a"),
        (["a", {"missing": True}], {"missing": True}),
    ],
)
def test_what_is_covered_is_told(wide, narrow):
    """These are the cases that an admin meets."""
    assert covers(compiled(wide), compiled(narrow))


def compiled(written):
    """The condition on a text, or nothing if it is a wrong one."""
    conditions, wrong = read_when({"Subject": written})
    return None if wrong.findings else conditions["Subject"]

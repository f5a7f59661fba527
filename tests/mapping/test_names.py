"""The names that a template may use."""

import re

import pytest

from app.domain.callback import Callback
from app.domain.jtel_fields import JTEL_NAMES
from app.mapping.language.template import names_of
from app.mapping.names import FRIENDLY, KNOWN_NAMES, NAMES
from tests.mapping.test_filters import CALLBACK
from tests.payload.reading import RECEIVED_AT, SOURCE, read_request
from tests.payload.test_read_forms import FORMS

TYPES = {"text": "str", "number": "int", "time": "datetime", "duration": "timedelta", "mapping": "mappingproxy"}


def test_every_name_is_always_there():
    """A template may use every name with every callback: what jtel left out is nothing, not missing."""
    names = names_of(read_request(FORMS / "v4-minimal"))

    assert {*FRIENDLY, *JTEL_NAMES} == set(names) == KNOWN_NAMES
    assert {*NAMES} == set(dict(names))


def test_friendly_names_do_not_hide_jtels():
    """No friendly name is spelled as one of jtel's."""
    assert set() == set(FRIENDLY) & set(JTEL_NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_says_what_it_means(name):
    """Each name has one line of explanation, and its value is nothing or of the kind that it says."""
    value = names_of(CALLBACK)[name]

    assert re.fullmatch(r"[^\n]{10,100}[^.\n]", NAMES[name].meaning)
    assert value is None or TYPES[NAMES[name].kind] == type(value).__name__


def test_other_names_go_first():
    """A mapper may give names other values, or functions that make them."""
    names = names_of(Callback(SOURCE, "4711", RECEIVED_AT, subject="a"), subject="b", mine=lambda: "c")

    assert ("b", "c") == (names["subject"], names["mine"])
    assert {*NAMES, "mine"} == set(names)
    assert len(NAMES) + 1 == len(names)


def test_a_name_that_is_none_is_missing():
    """What nobody gives is no name."""
    assert "nowhere" not in names_of(CALLBACK)

"""How the built-in mapper cuts what a Case does not take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.callback import Callback
from app.domain.record import Ref
from app.mapping.case import LENGTHS, CaseMapper
from app.mapping.templates import Fields
from app.mapping.values import compile_value
from tests.payload.reading import RECEIVED_AT, SOURCE
from tests.payload.strategies import PROPERTY


def test_documented_lengths():
    """The lengths are those of Salesforce's field reference."""
    assert (255, 32_000, 40) == (LENGTHS["Subject"], LENGTHS["Description"], LENGTHS["SuppliedPhone"])


@pytest.mark.parametrize("field", LENGTHS)
def test_what_fits_stays(field):
    """A text of exactly the length that a Case takes is not touched."""
    text = "x" * LENGTHS[field]

    assert {field: text} == mapped(field, text)


@pytest.mark.parametrize("field", LENGTHS)
def test_what_is_too_long_is_cut_and_marked(field):
    """One character more, and the text ends with a mark at exactly that length."""
    text = "x" * (LENGTHS[field] + 1)

    assert {field: text[: LENGTHS[field] - 1] + "…"} == mapped(field, text)


def test_no_blank_before_the_mark():
    """A cut between two words leaves no blank."""
    text = "x" * (LENGTHS["Comments"] - 10) + " " * 30 + "x"

    assert {"Comments": "x" * (LENGTHS["Comments"] - 10) + "…"} == mapped("Comments", text)


def test_line_ends_go_where_a_field_has_one_line():
    """What jtel writes over several lines becomes one where Salesforce has one; a description keeps its lines."""
    assert {"Subject": "Offer 4711 please"} == mapped("Subject", "Offer\n4711  please")
    assert {"Description": "Offer\n4711"} == mapped("Description", "Offer\n4711")


def test_other_fields_are_not_cut():
    """How long a field of one's own may be, only Salesforce knows."""
    assert {"Long__c": "x" * 100_000} == mapped("Long__c", "x" * 100_000)


@pytest.mark.parametrize("value", [5, 0.5, True, Ref("queue", "x" * 300)])
def test_only_texts_are_cut(value):
    """A number, a flag or a reference is no text, however long."""
    raw = {value.kind: value.name} if isinstance(value, Ref) else value

    assert {"Subject": value} == mapped("Subject", raw)


@PROPERTY
@given(st.sampled_from(sorted(LENGTHS)), st.text(max_size=400))
def test_never_longer_than_allowed(field, text):
    """Whatever the text, what is left fits and begins as the text did."""
    value = mapped(field, "{% raw %}" + text.replace("{%", "").replace("\x00", "") + "{% endraw %}").get(field, "")

    assert len(str(value)) <= LENGTHS[field]


def mapped(field: str, raw: object) -> dict[str, object]:
    """The fields of a Case whose only field is `raw`."""
    mapper = CaseMapper(Fields({field: compile_value(raw)}), {"link": True})
    return dict(mapper.map(Callback(SOURCE, "4711", RECEIVED_AT)).fields)


def test_says_what_was_cut():
    """The record tells how long the texts were that it holds shortened; one that was put on one line is all there."""
    raw = {"Subject": "x" * 256, "SuppliedName": "Anna\nBerger", "Description": "x"}
    mapper = CaseMapper(Fields({name: compile_value(value) for name, value in raw.items()}), {"link": True})

    assert {"Subject": 256} == mapper.map(Callback(SOURCE, "4711", RECEIVED_AT)).cut

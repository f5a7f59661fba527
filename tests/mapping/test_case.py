"""How the built-in mapper writes what a Case has on one line."""

import pytest

from app.domain.callback import Callback
from app.domain.record import Ref
from app.mapping.case import CaseMapper
from app.mapping.templates import Fields
from app.mapping.values import compile_value
from tests.payload.reading import RECEIVED_AT, SOURCE


def test_line_ends_go_where_a_field_has_one_line():
    """What jtel writes over several lines becomes one where Salesforce has one; a description keeps its lines."""
    assert {"Subject": "Offer 4711 please"} == mapped("Subject", "Offer\n4711  please")
    assert {"Description": "Offer\n4711"} == mapped("Description", "Offer\n4711")


@pytest.mark.parametrize("field", ["Subject", "Description", "SuppliedPhone", "Long__c"])
def test_whole_texts(field):
    """How much a field takes is the CRM's concern: the record holds all of it."""
    assert {field: "x" * 60_000} == mapped(field, "x" * 60_000)


@pytest.mark.parametrize("value", [5, 0.5, True, Ref("queue", "x" * 300)])
def test_only_texts_are_changed(value):
    """A number, a flag or a reference is no text, however long."""
    raw = {value.kind: value.name} if isinstance(value, Ref) else value

    assert {"Subject": value} == mapped("Subject", raw)


def mapped(field: str, raw: object) -> dict[str, object]:
    """The fields of a Case whose only field is `raw`."""
    mapper = CaseMapper(Fields({field: compile_value(raw)}), {"link": True})
    return dict(mapper.map(Callback(SOURCE, "4711", RECEIVED_AT)).fields)

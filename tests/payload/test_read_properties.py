"""What holds for everything that may come over the wire."""

import json

from hypothesis import given

from app.domain.callback import Callback
from app.domain.errors import PayloadError
from app.payload import read
from tests.payload.reading import RECEIVED_AT, SOURCE
from tests.payload.strategies import PROPERTY, bodies, callback_objects, forms, json_objects


@PROPERTY
@given(bodies(), bodies())
def test_any_bytes(body, query):
    """Any bytes are a callback with an identity and a way to reach the caller, or a `PayloadError`; nothing else."""
    check(body, query)


@PROPERTY
@given(json_objects())
def test_any_json_object(fields):
    """So is any JSON object, whatever stands under jtel's names."""
    check(json.dumps(fields).encode(), b"")


@PROPERTY
@given(forms(), forms())
def test_any_form(body, query):
    """So is any form with any query."""
    check(body, query)


@PROPERTY
@given(callback_objects())
def test_nothing_else_refuses_a_caller(fields):
    """With an id and a number or a record, nothing that stands in any other field loses the caller."""
    inner = {name: value for name, value in fields.items() if name.lower() not in ("acdevent", "records")}

    assert "4711" == read(json.dumps(inner).encode(), b"", SOURCE, RECEIVED_AT).event_id


def check(body: bytes, query: bytes) -> None:
    """Fails unless `read` keeps its promise."""
    try:
        callback = read(body, query, SOURCE, RECEIVED_AT)
    except PayloadError:
        return

    assert isinstance(callback, Callback)
    assert callback.event_id
    assert callback.callback_number or callback.salesforce_id

"""The wrappers that later releases may put around an event. What they hold as files is in `forms/wrapped-*`."""

from contextlib import suppress

import pytest
from hypothesis import given

from app.domain.errors import PayloadError
from app.domain.reasons import Reason
from app.payload.unwrap import unwrap
from tests.payload.strategies import PROPERTY, json_objects

EVENT = {"AcdEventsID": 4711}


@pytest.mark.parametrize(
    "fields",
    [
        EVENT,
        {"AcdEvent": EVENT},
        {"ACDEVENT": [EVENT]},
        {"records": EVENT},
        {"Records": [EVENT]},
        {"AcdEvent": {"records": [EVENT]}},
        {"records": [{"AcdEvent": EVENT}]},
    ],
)
def test_finds_the_event(fields):
    """However an event is wrapped, in any key case, its fields come out."""
    assert unwrap(fields) == EVENT


def test_keeps_what_stands_beside():
    """A field beside the wrapper is kept, but the event's own value wins."""
    assert {"Result_": "UPDATED", **EVENT} == unwrap({"Result_": "UPDATED", "AcdEventsID": 9, "AcdEvent": EVENT})


def test_no_record_is_no_event():
    """An empty list of records leaves what stands beside it, and is no error of its own."""
    assert {"count": 0} == unwrap({"records": [], "count": 0})


def test_does_not_change_what_it_gets():
    """What came stays as it came: others may want to keep it."""
    fields = {"AcdEvent": dict(EVENT)}
    unwrap(fields)

    assert {"AcdEvent": EVENT} == fields


@pytest.mark.parametrize("fields", [{"records": [EVENT, EVENT]}, {"AcdEvent": {"records": [EVENT, EVENT]}}])
def test_several_events_are_refused(fields):
    """Two events in one request cannot become one Case, and the message says how many came."""
    with pytest.raises(PayloadError, match="2 events") as caught:
        unwrap(fields)

    assert Reason.SEVERAL_EVENTS is caught.value.reason


@PROPERTY
@given(json_objects())
def test_any_object_is_unwrapped_or_refused(fields):
    """Any JSON object is unwrapped, or refused with a `PayloadError`."""
    with suppress(PayloadError):
        assert isinstance(unwrap(fields), dict)

"""What a callback knows of itself."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.callback import Callback, Person, event_id_as_sent
from app.domain.source import Source

BERLIN = ZoneInfo("Europe/Berlin")
RECEIVED = datetime(2026, 11, 21, 11, 0, tzinfo=BERLIN)
START = datetime(2026, 11, 21, 10, 38, 7, tzinfo=BERLIN)
END = datetime(2026, 11, 21, 10, 42, tzinfo=BERLIN)


def callback(**fields: Any) -> Callback:
    """A callback with these fields."""
    return Callback(Source("default", BERLIN, "DE"), "4711", RECEIVED, **fields)


def test_external_id_names_source_and_event():
    """The identity of a Case in Salesforce is the source and the id of the event."""
    assert "default-4711" == callback().external_id


def test_cannot_be_changed():
    """What came stays what came."""
    with pytest.raises(FrozenInstanceError):
        callback().event_id = "1"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"call_start": START, "call_end": END, "created": RECEIVED}, END),
        ({"call_start": START, "created": END}, END),
        ({"call_start": START}, RECEIVED),
        ({}, RECEIVED),
    ],
)
def test_requested_when_the_call_ended(fields, expected):
    """The caller asked at the end of the call, else when the event was made, else when it reached us."""
    assert expected == callback(**fields).requested_at


def test_waited_from_start_to_end():
    """The time in the phone system is what lies between start and end of the call."""
    assert timedelta(minutes=3, seconds=53) == callback(call_start=START, call_end=END).waited


@pytest.mark.parametrize(
    "fields", [{}, {"call_start": START}, {"call_end": END}, {"call_start": END, "call_end": START}]
)
def test_waited_is_unknown(fields):
    """Without start or end, or when the clock went backwards, nobody knows how long it was."""
    assert callback(**fields).waited is None


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 3, 29, 0, 58, tzinfo=UTC), datetime(2026, 3, 29, 1, 3, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 58, tzinfo=UTC), datetime(2026, 10, 25, 1, 3, tzinfo=UTC)),
    ],
    ids=["the-hour-that-is-skipped", "the-hour-that-comes-twice"],
)
def test_waited_when_the_clock_is_changed(start, end):
    """Five minutes are five minutes, also in the nights when the clock is changed."""
    fields = {"call_start": start.astimezone(BERLIN), "call_end": end.astimezone(BERLIN)}

    assert timedelta(minutes=5) == callback(**fields).waited


@pytest.mark.parametrize(("found", "expected"), [(None, False), (0, False), (1, False), (2, True), (3, False)])
def test_two_means_ambiguous(found, expected):
    """jtel says 2 when several records match; only then is none of them to be trusted."""
    assert expected is callback(salesforce_query_result=found).ambiguous


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (Person(17, "a.schmidt", "Anna"), "Anna"),
        (Person(17, "a.schmidt"), "a.schmidt"),
        (Person(17), "17"),
        (Person(0), "0"),
        (Person(), None),
    ],
)
def test_person_is_called_by_the_best_name(person, expected):
    """A user is called by nick name, else by UID, else by id; the system has no name."""
    assert expected == person.label


@pytest.mark.parametrize(
    ("event_id", "shown"),
    [
        ("4711", 4711),
        (None, None),
        ("", ""),
        ("a", "a"),
        ("\u00b2", "\u00b2"),
        ("4\u00b2", "4\u00b2"),
        ("\u2460", "\u2460"),
        ("\u0661\u0662", "\u0661\u0662"),
        ("\uff11", "\uff11"),
        ("1" * 15, 111_111_111_111_111),
        ("1" * 16, "1" * 16),
    ],
)
def test_event_id_as_sent(event_id: str | None, shown: int | str | None) -> None:
    """A number where it is one; what only looks like digits stays a text."""
    assert shown == event_id_as_sent(event_id)

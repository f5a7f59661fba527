"""The readable block. Whole blocks are in `config/fixtures/`."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app.domain.labels import without_labels
from app.mapping.summary import duration, summarize
from app.payload import read
from tests.payload.reading import RECEIVED_AT, SOURCE


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (53, "53 s"),
        (60, "1 min"),
        (233, "3 min 53 s"),
        (3600, "1 h"),
        (3605, "1 h 5 s"),
        (100_000, "27 h 46 min 40 s"),
    ],
)
def test_duration_is_readable(seconds, expected):
    """A duration is said in hours, minutes and seconds, and what is none is left out."""
    assert expected == duration(timedelta(seconds=seconds))


def lines_of(**sent: Any) -> list[str]:
    """The block of a callback with these fields."""
    body = json.dumps({"AcdEventsID": 4711, **sent}).encode()
    return summarize(read(body, b"", SOURCE, RECEIVED_AT), linked=True).splitlines()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"CallbackNumber": "030 901820"}, "CallbackNumber 030 901820"),
        ({"CallbackNumber": "004930901820"}, "CallbackNumber 004930901820"),
        ({"Sender": "4930901820.0"}, "Sender 4930901820.0"),
        ({"CallbackNumber": "0", "Caller": "4930901820"}, "CallbackNumber 0"),
        ({"Caller": "0000000000", "SalesforceId": "003Qy00000A1b2CIAR"}, "Caller 0000000000"),
        ({"CallbackNumber": "4930901820", "Caller": "+49 (0)30 901821"}, "Caller +49 (0)30 901821"),
        ({"CallbackNumber": "4930901820", "ServiceNumbersNumber": "0228 41010"}, "ServiceNumbersNumber 0228 41010"),
        ({"CallbackNumber": "4930901820", "Caller": ["4930901821"]}, 'Caller ["4930901821"]'),
    ],
)
def test_digits_as_sent_always_stand_there(sent, expected):
    """Where the digits that jtel sent are not those that are shown, they are told as well."""
    assert f"Numbers as sent: {expected}" in lines_of(**sent)


def test_labels_are_known():
    """Each line begins with a word of ours, which is told from what the caller says."""
    sent = {"CallbackNumber": "030 901820", "Caller": "x", "AcdGroupsName": "g", "Subject": "s", "dtCallStart": "soon"}
    lines = lines_of(**sent, UserData="d")

    assert len(lines) > 6
    assert [line.partition(": ")[2] for line in lines] == [without_labels(line) for line in lines]


@pytest.mark.parametrize(
    "number", ["4930901820", "+4930901820", "+49 30 901820", "4711", "Anna, Zimmer 12", "5215512345678"]
)
def test_digits_are_not_told_twice(number):
    """Where they are those that are shown, nothing more is told."""
    lines = lines_of(CallbackNumber=number, Caller="anonymous")

    assert [] == [line for line in lines if line.startswith("Numbers as sent")]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("21.11.2026 10:38", ["Call: 21.11.2026 10:38"]), ("1970-01-01T00:00:00", []), ("0000-00-00T00:00:00", [])],
)
def test_time_that_cannot_be_read(sent, expected):
    """It is told as it came, but not if it only stands in the place of one."""
    lines = lines_of(CallbackNumber="4930901820", dtCallStart=sent)

    assert expected == [line for line in lines if line.startswith("Call:")]

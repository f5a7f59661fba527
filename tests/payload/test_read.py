"""What `read` makes of a request beyond its form. The forms themselves are files: `forms/` and `refused/`."""

import sys
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import PayloadError
from app.domain.jtel_fields import JTEL_NAMES
from app.payload import read
from tests.payload.reading import RECEIVED_AT, SOURCE, read_request

FORMS = Path(__file__).parent / "forms"


def test_sent_holds_every_documented_name():
    """`when` and templates find each documented field, as jtel sent it or as nothing."""
    sent = read_request(FORMS / "v4-minimal").sent

    assert {**dict.fromkeys(JTEL_NAMES), "AcdEventsID": "4711", "CallbackNumber": "4930901820"} == sent


def test_sent_has_the_names_in_jtels_spelling():
    """Keys in another case are found under the documented name, so a rule's `when` matches them."""
    sent = read_request(FORMS / "v4-any-key-case").sent

    assert "SERVICE_B2B" == sent["AcdGroupsForeignSystemID"]


def test_sent_holds_what_the_source_fills_in():
    """A rule can match on a field that the source's `groups:` fills in."""
    sent = read_request(FORMS / "record-group-filled-in").sent

    assert "SERVICE_B2B" == sent["AcdGroupsForeignSystemID"]


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("v3-with-plus", "v4-without-plus"),
        ("v3-with-plus", "v4-escaped-ascii"),
        ("v3-with-plus", "v3-plus-encoded"),
        ("v3-with-plus", "v3-plus-not-encoded"),
        ("v3-with-plus", "v4-utf8-bom"),
        ("v3-with-plus", "v4-utf16-with-bom"),
        ("v3-with-plus", "v4"),
        ("v3-with-plus", "v4-as-query"),
        ("v3-with-plus", "wrapped-in-records"),
    ],
)
def test_encodings_are_the_same_callback(plain, other):
    """One callback is the same callback in every encoding and version, but for the text of its numbers."""
    assert replace(read_request(FORMS / plain), sent={}) == replace(read_request(FORMS / other), sent={})


def test_times_are_of_the_source():
    """A time without offset is on the clock of the source that sent it, and so is the time of receipt."""
    london = replace(SOURCE, zone=ZoneInfo("Europe/London"))
    callback = read((FORMS / "v4-without-plus.json").read_bytes(), b"", london, RECEIVED_AT)

    assert datetime(2026, 11, 21, 10, 38, 7, tzinfo=london.zone) == callback.call_start
    assert "2026-11-21T10:00:00+00:00" == callback.received_at.isoformat()


def test_numbers_are_of_the_source():
    """A national number gets the country of the source that sent it."""
    austria = replace(SOURCE, region="AT")

    assert "+4315131600" == read(b"ID=1&Caller=015131600", b"", austria, RECEIVED_AT).caller


@pytest.mark.parametrize("field", ["AcdEventsID", "Subject"])
def test_every_depth_of_nesting_is_read_or_refused(field):
    """No depth of a nested value raises anything but a `PayloadError`."""
    for depth in range(sys.getrecursionlimit() - 150, sys.getrecursionlimit()):
        body = f'{{"ID": 4711, "Caller": "4930901820", "{field}": {"[" * depth}{"]" * depth}}}'
        with suppress(PayloadError):
            read(body.encode(), b"", SOURCE, RECEIVED_AT)

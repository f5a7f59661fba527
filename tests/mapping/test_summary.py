"""The readable block. Whole blocks are in `config/fixtures/`."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.labels import without_labels
from app.mapping.summary import duration, headline, summarize
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


GERMAN = replace(SOURCE, language="de")
OFFER = {
    "AcdEventsID": 4711,
    "CallbackNumber": "030 901820",
    "Caller": "+4930901821",
    "ServiceNumbersName": "Hotline",
    "AcdGroupsName": "Verkauf",
    "dtCallStart": "2026-11-20T10:38:12",
    "dtCallEnd": "2026-11-20T10:42:05",
    "Subject": "Angebot",
    "SalesforceId": "003Qy00000A1b2CIAR",
    "Body": "Bitte um Rückruf.",
}
IN_GERMAN = """Rückruf an: +4930901820
Anrufer: +4930901821
Angerufen: Hotline
Nummern wie gesendet: CallbackNumber 030 901820
Gruppe: Verkauf
Gewünscht am: 20.11.2026, 10:42:05 (Europe/Berlin)
Anruf: 20.11.2026, 10:38:12, 3 Min. 53 Sek. im Telefonsystem
Betreff: Angebot
Datensatz: Kontakt 003Qy00000A1b2CIAR
jtel-Ereignis: 4711 (default)

Bitte um Rückruf."""


def test_in_german():
    """A German source has a German block, with times and lengths as Germans write them, whose labels are known."""
    block = summarize(read(json.dumps(OFFER).encode(), b"", GERMAN, RECEIVED_AT), linked=False)
    lines = block.partition("\n\n")[0].splitlines()

    assert IN_GERMAN == block
    assert [line.partition(": ")[2] for line in lines] == [without_labels(line) for line in lines]


@pytest.mark.parametrize(
    ("source", "sent", "expected"),
    [
        (SOURCE, OFFER, "Callback for +4930901820 (Hotline): Angebot"),
        (GERMAN, OFFER, "Rückruf an +4930901820 (Hotline): Angebot"),
        (SOURCE, {"AcdEventsID": 1, "SalesforceId": "003Qy00000A1b2CIAR"}, "Callback for unknown number"),
        (GERMAN, {"AcdEventsID": 1, "SalesforceId": "003Qy00000A1b2CIAR"}, "Rückruf an unbekannte Nummer"),
    ],
)
def test_headline(source, sent, expected):
    """The subject that the shipped rules give a Case is in the language of the source."""
    assert expected == headline(read(json.dumps(sent).encode(), b"", source, RECEIVED_AT))

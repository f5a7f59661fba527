"""What phone systems write where a caller has no number, and what is none of it."""

import pytest

from app.domain.hidden import is_hidden
from app.domain.numbers import normalize

NOTHING = ["", " ", "+", "-", "--", "?", "...", "***", "0", "00", "+0", "0.0", "-0", "000-000", "0000000000", "0" * 20]
BELOW_ZERO = ["-1", "-1.0", "-99", "\u22121", "-2147483648"]
WORDS = [
    "anonymous",
    "Anonymous",
    "ANONYM",
    "unknown",
    "UNKNOWN_NUMBER",
    "Unbekannt",
    "unavailable",
    "restricted",
    "private",
    "Private Number",
    "PrivateNumber",
    "privatenumber",
    "withheld",
    "Number withheld",
    "Blocked",
    "Caller ID blocked",
    "No Caller ID",
    "NoCallerID",
    "no number",
    "Not available",
    "not provided",
    "Suppressed",
    "Out of area",
    "Coin line/payphone",
    "Interaction with other service",
    "N/A",
    "n.a.",
    "NA",
    "#N/A",
    "P",
    "O",
    "None",
    "(null)",
    "nil",
    "NaN",
    "undefined",
    "undefinedundefined",
    "[object Object]",
    "System.DBNull",
    "false",
    "CLIR",
    "clir=1",
    "CLIR aktiv",
    "presentation restricted",
    "Nummer unterdrückt",
    "Nummer unterdrueckt",
    "RUFNUMMER UNTERDRÜCKT",
    "Rufnummer nicht übermittelt",
    "unbekannter Teilnehmer",
    "Teilnehmer unbekannt",
    "Anonymer Anrufer",
    "keine Rufnummer",
    "ohne Nummer",
    "nicht verfügbar",
    "Privatnummer",
    "geheim",
    "k. A.",
    "numéro masqué",
    "Numero sconosciuto",
    "número oculto",
    "Onbekend nummer",
    "numer zastrzeżony",
    "skryté číslo",
    "hemmeligt nummer",
    "dolt nummer",
    "скрытый номер",
    "άγνωστος",
    "非通知",
    "+anonymous",
    "0anonymous",
    "0049 Anonymous",
    "+49anonymous",
    "Unbekannt 0",
]
ADDRESSES = [
    "anonymous@anonymous.invalid",
    "sip:anonymous@anonymous.invalid",
    "sip:Anonymous@10.0.0.1;user=phone",
    '"Anonymous" <sip:anonymous@anonymous.invalid>',
    "<sip:c8oqz84zk7z@anonymous.invalid;tag=1>",
    "unavailable@unknown.invalid",
    "sip:10.0.0.1:5060",
    "sip:pbx.example.com",
    "tel:anonymous",
    "<unknown>",
    "+266696687",
    "2562533",
    "*31#",
    "#31#",
]
SOMEBODY = [
    "1",
    "10",
    "112",
    "0815",
    "*21#",
    "Anna",
    "Anna, Zimmer 12",
    "Zimmer unbekannt",
    "Unbekannt 12",
    "Herr Schmidt (privat)",
    "private office",
    "No. 12",
    "Empfang",
    "Nora",
    "Nana",
    "N. Meier",
    "Anonymous 4930901820",
    "unknown (030 901820)",
    "-0301234567",
    "anna@example.com",
    "sip:max@example.com",
    "Unbekannt verzogen, bitte unter der Nummer des Nachbarn anrufen und nach Herrn Meier fragen",
]


@pytest.mark.parametrize("text", [*NOTHING, *BELOW_ZERO, *WORDS])
def test_nobody_can_be_called(text):
    """Zeros, a number below zero and every spelling of hidden, unknown or absent are no number."""
    assert is_hidden(text)


@pytest.mark.parametrize("sent", [*NOTHING, *BELOW_ZERO, *WORDS, *ADDRESSES])
@pytest.mark.parametrize("region", ["DE", "US", "ES"])
def test_no_number_in_any_country(sent, region):
    """So it is for whoever reads a number, also in an address."""
    assert normalize(sent, region) is None


@pytest.mark.parametrize("sent", SOMEBODY)
def test_somebody_may_be_reached(sent):
    """An extension, and a text that may be a way to reach somebody, are taken as they came."""
    assert normalize(sent, "DE") in (sent, "+49301234567")

"""What phone systems write where a caller has no number, and what is none of it."""

from time import process_time

import pytest

from app.domain.hidden import is_hidden
from app.domain.numbers import normalize

NOTHING = ["", " ", "+", "-", "--", "?", "...", "***", "0", "00", "+0", "0.0", "-0", "000-000", "0000000000", "0" * 20]
BELOW_ZERO = [
    "-1",
    "-1.0",
    "-99",
    "\u22121",
    "-2147483648",
    "\u20131",
    "- 1",
    "(-1)",
    "-1.5",
    "-0.5",
    "-1E0",
    "-999999",
]
ZERO = ["0E0", "0.0E0", "0e+00"]
COUNTRY_CODES = ["+49", "0049", "+1", "(+49)", "+49 (0)", "+420", "00 420", "+10000000000", "+1 000 000 0000"]
MADE_UP = ["1111111", "111 1111", "9999999999", "999-999-9999", "+1111111111", "000000001"]
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
    "OOA",
    "Coin line",
    "Coin",
    "Anonymus",
    "Annonymous",
    "Witheld",
    "Unkonwn",
    "Unbekant",
    "asserted-identity-withheld",
    "Extern unbekannt",
    "XXX-XXX-XXXX",
    "xxxx",
    "anonymous1",
    "Anonymous 1",
    "Unbekannt_2",
    "TBD",
    "(blank)",
    "no data",
    "no info",
    "未显示号码",
    "匿名来电",
    "未知来电",
    "隐藏号码",
    "不明",
    "番号非通知",
    "발신번호표시제한",
    "발신번호 표시제한",
    "비공개",
    "невідомий",
    "невідомий номер",
    "piilotettu",
    "salattu numero",
    "necunoscut",
    "număr ascuns",
    "skriven broj",
    "nepoznat",
    "nežinomas",
    "óþekkt",
    "לא ידוע",
    "غير معروف",
]
NO_VALUE = [
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#DIV/0!",
    "${caller}",
    "$(caller)",
    "$caller",
    "%CALLER%",
    "%(caller)s",
    "{{caller}}",
    "{{ caller.number }}",
    "{caller}",
    "[[caller]]",
    "@caller@",
    "<%= caller %>",
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
    "Anonymous 12",
    "Privat 1",
    "Nr 1",
    "Messing",
    "Blocker",
    "Bekannt",
    "王明",
    "김수",
    "{{4930901820}}",
    "1234567",
    "000004711",
    "+110",
    "+999",
    "-4930901820",
    "-1234567",
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


def test_nobody_can_be_called():
    """Zeros, a number below zero, a country code alone, and words for hidden, unknown or absent are no number."""
    texts = [*NOTHING, *BELOW_ZERO, *ZERO, *COUNTRY_CODES, *WORDS]

    assert [] == [text for text in texts if not is_hidden(text)]


@pytest.mark.parametrize("region", ["DE", "US", "ES"])
def test_no_number_in_any_country(region):
    """So it is for whoever reads a number, also in an address."""
    sent = [*NOTHING, *BELOW_ZERO, *ZERO, *COUNTRY_CODES, *MADE_UP, *WORDS, *NO_VALUE, *ADDRESSES]

    assert {} == {one: number for one in sent if (number := normalize(one, region)) is not None}


def test_somebody_may_be_reached():
    """An extension, and a text that may be a way to reach somebody, are taken as they came."""
    read = {sent: normalize(sent, "DE") for sent in SOMEBODY}

    assert {} == {sent: number for sent, number in read.items() if number not in (sent, "+49301234567")}


@pytest.mark.parametrize(
    ("sent", "region", "expected"),
    [
        ("22222222", "DK", "+4522222222"),
        ("9999999999", "IN", "+919999999999"),
        ("4444444", "TR", "+904444444"),
        ("8888888888", "US", "+18888888888"),
        ("+77777777777", "DE", "+77777777777"),
    ],
)
def test_numbers_that_look_made_up(sent, region, expected):
    """The same digit again and again is a number where a country has it."""
    assert expected == normalize(sent, region)


def test_spelling_costs_little():
    """A text of the longest words is looked at in no time."""
    begun = process_time()
    for _ in range(100):
        is_hidden("unterdrukkt " * 6)
    assert process_time() - begun < 2

"""From bytes to named values. What wrapped events hold as files is in `forms/wrapped-*`."""

from contextlib import suppress
from time import process_time
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import PayloadError
from app.domain.reasons import Reason
from app.payload.decode import decode, decode_text, unwrap
from tests.payload.strategies import PROPERTY, json_objects

GREETING = "Grüße aus Köln"
EVENT = {"AcdEventsID": 4711}
SAID = "Grüße aus Köln, Frau Müßig: „Rückruf“ • 5 €"


def cesu(text: str) -> bytes:
    """The text as Java's modified UTF-8."""
    units = text.encode("utf-16-be")
    halves = [chr(int.from_bytes(units[at : at + 2])) for at in range(0, len(units), 2)]
    return b"".join(b"\xc0\x80" if half == "\x00" else half.encode("utf-8", "surrogatepass") for half in halves)


@pytest.mark.parametrize(
    "raw",
    [
        "Größe 100 €".encode(),
        "Größe 100 €".encode("utf-8-sig"),
        "Größe 100 €".encode("utf-16"),
        "Größe 100 €".encode("windows-1252"),
    ],
    ids=["utf-8", "utf-8-with-mark", "utf-16-with-mark", "windows-1252"],
)
def test_decodes_what_systems_write(raw):
    """Umlauts and the euro sign survive in every encoding that a phone system is known to write."""
    assert "Größe 100 €" == decode_text(raw)


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        "Müller",
        "5 €",
        "„Spaß“",
        "„Spaß“ für alle",
        "“café”",
        "«CAFÉ» déjà",
        "MENÜ“ für",
        "NÃO, SÃO PAULO",
        "MAÇÃ",
        "ESPAÑA • mañana",
        "À 5€ près",
        "ÆØÅ æøå",
        "Il a dit «\u00a0réservé\u00a0» à Évian",
        "JÄ“ über Größe",
    ],
)
def test_windows_1252(text):
    """Windows-1252 is read as such, also where some of its bytes could be a character in UTF-8."""
    assert text == decode_text(text.encode("windows-1252"))


@pytest.mark.parametrize("length", range(1, len(SAID.encode())))
def test_cut_anywhere(length):
    """A text that was cut in the middle of a character loses that character and no other, at its end or its begin."""
    raw = SAID.encode()

    assert raw[:length].decode(errors="replace") == decode_text(raw[:length])
    rest = raw[length:] + b" Gr\xc3\xbc\xc3\x9fe"
    assert rest.decode(errors="replace").lstrip("\ufffd") == decode_text(rest).lstrip("\ufffd")


@pytest.mark.parametrize(
    "damage", [b"\x80", b"\xbf", b"\xc1\x81", b"\xc3", b"\xe2\x82", b"\xf5", b"\xfe", b"\xff", b"\xe0\x80\xaf"]
)
def test_damage_is_marked(damage):
    """A byte alone, a part of a character or one that is written too long is marked; what is around it stays."""
    raw = b"Gr\xc3\xbc\xc3\x9fe " + damage + b" M\xc3\xbcller"

    assert "Grüße \ufffd Müller" == decode_text(raw)


@pytest.mark.parametrize("text", ["Привет, Ира", "日本語テスト", "Ձայն", "שלום", "Zażółć gęślą jaźń"])
def test_cut_in_other_scripts(text):
    """So it is in every script."""
    raw = text.encode()[:-1]

    assert raw.decode(errors="replace") == decode_text(raw)


@pytest.mark.parametrize("text", ["Grüße \U0001f600\U0001f44d Müller", "Müller\x00", "\U0001f600", "Hi\x00"])
def test_java_writes_halves(text):
    """An emoji in two halves and a NUL in two bytes, as Java writes them, are those characters."""
    assert text == decode_text(cesu(text))
    assert text == decode_text(b"\xef\xbb\xbf" + cesu(text))


def test_half_of_an_emoji_is_marked():
    """A half alone is no character; the umlauts beside it are."""
    assert "\ufffdMüller" == decode_text(b"\xed\xa0\xbdM\xc3\xbcller")


@pytest.mark.parametrize(
    ("raw", "expected"), [(b"M\xc3", "M\ufffd"), (b"5 \xe2\x82", "5 \ufffd"), (b"\xf0\x9f\x98", "\ufffd")]
)
def test_cut_character_alone(raw, expected):
    """The begin of a character that people write is known where no other tells the encoding."""
    assert expected == decode_text(raw)


@pytest.mark.parametrize(
    ("in_utf_8", "in_windows_1252"),
    [
        ("Müller ", "über Köln"),
        ("Müller ", "Größe für Ärger Ömer"),
        ("Müller", " mit Größe"),
        ("Größe ", "Übergröße, Ärzte, Äpfel, Öl, Füße, Café"),
        ("Straße 5 € ", "Grüße aus Køge, señor Núñez, à la façon d'Åse"),
        ("日本 ", "Größe für Ärger Ömer"),
        ("“ja” ", "Größe für Ärger Ömer"),
    ],
)
def test_two_encodings_in_one_text(in_utf_8, in_windows_1252):
    """Each part is read as what it is, whichever is longer and whichever comes first."""
    assert in_utf_8 + in_windows_1252 == decode_text(in_utf_8.encode() + in_windows_1252.encode("windows-1252"))
    assert in_windows_1252 + in_utf_8 == decode_text(in_windows_1252.encode("windows-1252") + in_utf_8.encode())


def test_bytes_that_are_no_character_are_marked():
    """A byte that no encoding knows becomes U+FFFD; the rest of the text stays."""
    assert "ü\ufffd" == decode_text(b"\xfc\x81")


@PROPERTY
@given(st.binary())
def test_any_bytes_are_text(raw):
    """Decoding never fails, and gives text that can be written out again."""
    assert decode_text(raw).encode("utf-8") is not None


@PROPERTY
@given(st.text())
def test_utf_8_is_utf_8(text):
    """What is UTF-8, with a mark or as Java writes it, is read as such."""
    assert text == decode_text(text.encode()) or text.startswith("\ufeff")
    assert text == decode_text(cesu(text)) or text.startswith("\ufeff")


@pytest.mark.parametrize("raw", [b"\xe4" * 64_000, b"\xe4a\xc3\xbc" * 16_000, b"\xed\xa0\xbd" * 21_000])
def test_damage_costs_little(raw):
    """How much is damaged adds to the time that reading takes, and does not multiply it."""
    begun = process_time()
    decode_text(raw)

    assert process_time() - begun < 2


def test_last_of_equal_keys_wins():
    """A key that comes twice has its last value, in JSON and in a form alike."""
    assert {"ID": "2"} == decode(b'{"ID": "1", "ID": "2"}', b"")
    assert {"ID": "2"} == decode(b"ID=1&ID=2", b"")


def test_content_tells_the_form():
    """JSON and form are told by how they begin, so a wrong content type harms nothing."""
    assert {"a": "b=c"} == decode(b'\r\n{"a": "b=c"}', b"")
    assert {"a": "{b}"} == decode(b"a={b}", b"")


@pytest.mark.parametrize(
    ("damaged", "expected"),
    [
        (GREETING.encode() + b" M\xc3", f"{GREETING} M\ufffd"),
        (b"\xbc " + GREETING.encode(), f"\ufffd {GREETING}"),
        (GREETING.encode() + b" \xed\xa0\xbd\xed\xb8\x80", f"{GREETING} \U0001f600"),
        (GREETING.encode("windows-1252"), GREETING),
    ],
)
def test_damage_is_the_same_in_every_form(damaged, expected):
    """JSON, form and query, as they are and percent-encoded, keep what is whole of a text."""
    assert {"Body": expected} == decode(b'{"Body": "' + damaged + b'"}', b"")
    assert {"Body": expected} == decode(b"Body=" + damaged, b"")
    assert {"Body": expected} == decode(b"Body=" + quote_from_bytes(damaged).encode(), b"")
    assert {"Body": expected} == decode(b"", b"Body=" + quote_from_bytes(damaged).encode())


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

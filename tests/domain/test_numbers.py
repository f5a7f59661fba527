"""Telephone numbers, as they come and as a Case shows them."""

from collections.abc import Iterator
from time import process_time

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from app.domain.numbers import international, normalize, spellings, tells_caller
from tests.payload.strategies import PROPERTY, number_texts


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("+4930901820", "+4930901820"),
        ("+49 30 901820", "+4930901820"),
        ("+49 (0)30 90-18/20", "+4930901820"),
        ("004930901820", "+4930901820"),
        ("00 49 30 901820", "+4930901820"),
        ("4930901820", "+4930901820"),
        ("4315131600", "+4315131600"),
        ("16502530000", "+16502530000"),
        ("441214960123", "+441214960123"),
        ("tel:+4930901820", "+4930901820"),
        ("+80012345678", "+80012345678"),
    ],
)
def test_international(sent, expected):
    """Plus, 00 or neither: a number with its country code becomes E.164, whatever stands between the digits."""
    assert expected == normalize(sent, "DE")


@pytest.mark.parametrize("begin", ["+49", "49", "0049"])
def test_thousands_of_digits(begin):
    """They are no number, and are kept as they came: Python makes no whole number of so many."""
    sent = begin + "30901820" * 600

    assert sent == normalize(sent, "DE")


@pytest.mark.parametrize(
    ("sent", "region", "expected"),
    [
        ("030901820", "DE", "+4930901820"),
        ("030 / 90 18 20", "DE", "+4930901820"),
        ("(030) 901820", "DE", "+4930901820"),
        ("0171 2345678", "DE", "+491712345678"),
        ("01 5131600", "AT", "+4315131600"),
        ("044 668 18 00", "CH", "+41446681800"),
        ("02 1234 5678", "IT", "+390212345678"),
        ("3331234567", "IT", "+393331234567"),
        ("612345678", "ES", "+34612345678"),
        ("512345678", "PL", "+48512345678"),
        ("20123456", "DK", "+4520123456"),
        ("40612345", "NO", "+4740612345"),
        ("601123456", "CZ", "+420601123456"),
        ("912345678", "PT", "+351912345678"),
        ("628123456", "LU", "+352628123456"),
        ("8123456789", "IN", "+918123456789"),
        ("81234567", "SG", "+6581234567"),
        ("13912345678", "CN", "+8613912345678"),
        ("6502530000", "US", "+16502530000"),
        ("01149 30 901820", "US", "+4930901820"),
        ("0011 49 30 901820", "AU", "+4930901820"),
    ],
)
def test_national(sent, region, expected):
    """A number that is written as people write it in the source's country, mostly with a 0, is one of that country."""
    assert expected == normalize(sent, region)


@pytest.mark.parametrize(
    ("sent", "region", "expected"),
    [
        ("(361) 236-2227", "US", "+13612362227"),
        ("(469) 404-0076", "US", "+14694040076"),
        ("361-236-2227", "US", "+13612362227"),
        ("361.236.2227", "US", "+13612362227"),
        ("1 (361) 236-2227", "US", "+13612362227"),
        ("Tel. (361) 236-2227", "US", "+13612362227"),
        ("3612362227", "US", "+3612362227"),
        ("+36 1 236 2227", "US", "+3612362227"),
        ("201 539 0565", "MX", "+522015390565"),
        ("138 5315 5128", "CN", "+8613853155128"),
        ("63 286 115", "LV", "+37163286115"),
        ("20 12 34 56", "DK", "+4520123456"),
        ("49 30 901820", "DE", "+4930901820"),
        ("49 30 901820", "US", "+4930901820"),
        ("49-30-901820", "AT", "+4930901820"),
        ("(49) 30 901820", "DE", "+4930901820"),
        ("49 (0)30 901820", "DE", "+4930901820"),
        ("00 49 (30) 901820", "US", "+4930901820"),
        ("0711.0000", "DE", "+497110000"),
        ("089123.000", "DE", "+4989123000"),
    ],
)
def test_grouped_digits_are_national_first(sent, region, expected):
    """jtel sends bare digits; a person who groups them writes as in the source's country, if that is valid there."""
    assert expected == normalize(sent, region)


@pytest.mark.parametrize(
    ("sent", "region", "expected"),
    [
        ("301234567", "HU", "+36301234567"),
        ("06301234567", "HU", "+36301234567"),
        ("(1) 234 5678", "HU", "+3612345678"),
        ("291234567", "BY", "+375291234567"),
        ("66123456", "TM", "+99366123456"),
        ("9161234567", "RU", "+79161234567"),
        ("89161234567", "RU", "+79161234567"),
        ("11987654321", "BR", "+5511987654321"),
        ("5012345678", "TR", "+905012345678"),
        ("61234567", "LT", "+37061234567"),
        ("912345678", "VN", "+84912345678"),
        ("8123456789", "IN", "+918123456789"),
        ("171234567", "DE", "171234567"),
        ("612345678", "FR", "612345678"),
    ],
)
def test_prefix_that_may_be_left_out(sent, region, expected):
    """Only a 0 that the country always writes has to be there; any other prefix may be left out."""
    assert expected == normalize(sent, region)


@pytest.mark.parametrize(
    ("sent", "region"),
    [
        ("5215512345678", "DE"),
        ("5215512345678", "MX"),
        ("41446681800123", "CH"),
        ("41446681800123", "DE"),
        ("331234567890", "DE"),
        ("331234567890", "FR"),
        ("89123456", "DE"),
        ("123456789", "FR"),
        ("7400123456", "GB"),
        ("446681800", "CH"),
        ("0612345678", "ES"),
        ("+030901820", "DE"),
        ("030 901820 / 030 901821", "DE"),
        ("030901820, 0171 2345678", "DE"),
        ("4930901820.5", "DE"),
        ("0891234.000", "DE"),
        ("4711.0000", "DE"),
        ("4900000000000.0", "DE"),
        ("1234567.00", "DE"),
        ("4.93E9", "DE"),
        ("4.93090182E+09", "DE"),
        ("Vertrag 4930901820", "DE"),
        ("Anna 030 901820", "DE"),
        ("+4930901820 ext. 12", "DE"),
        ("+4930901820;ext=12", "DE"),
        ("+41446681800x12", "CH"),
        ("*67 030901820", "DE"),
    ],
)
def test_no_number_is_guessed(sent, region):
    """What is neither an international number nor written as one of the country becomes nobody else's number."""
    assert sent == normalize(sent, region)


@pytest.mark.parametrize(
    "sent",
    [
        "4930901820.0",
        "4930901820,00",
        "+4930901820.0",
        "030901820.0",
        "4.930901820E9",
        "4.930901820E+09",
        "4.93090182E9",
    ],
)
def test_number_that_a_spreadsheet_took_for_a_quantity(sent):
    """A point and noughts are no digits of it; a power of ten is read if it has all digits."""
    assert "+4930901820" == normalize(sent, "DE")
    assert "+49 30 901820" == international(sent, "DE")


def test_extension_from_a_spreadsheet():
    """So it is with a number that stays as it came."""
    assert "4711" == normalize("4711.0", "DE")


@pytest.mark.parametrize(
    "sent",
    [
        "'4930901820",
        '="030901820"',
        "(+49) 30 901820",
        "(0049) 30 901820",
        "++4930901820",
        "+004930901820",
        "\u202a+49 30 901820\u202c",
        "+49\u00a030\u00a0901820",
        "\uff0b\uff14\uff1930901820",
        "030\u2013901820",
        "Tel. 030 901820",
        "Mobil: 004930901820",
        "Anna <4930901820>",
        "+4930901820 <>",
        "#31#4930901820",
        "*31#030901820",
    ],
)
def test_what_stands_around_a_number(sent):
    """Marks, labels, invisible characters and codes that hide the own number are no part of the one to call."""
    assert "+4930901820" == normalize(sent, "DE")


@pytest.mark.parametrize("prefix", ["", "0", "1", "8", "06", "15"])
def test_digits_are_read_as_the_library_reads_them(prefix):
    """Whatever stands between country code and number, also where the library takes it for a prefix."""
    numbers = list(_behind_all_country_codes(prefix))
    assert len(numbers) > 500
    # A placeholder is no number.
    assert [normalize(sent, "DE") or sent for sent in numbers] == [_by_the_library(sent) for sent in numbers]


def _behind_all_country_codes(prefix: str) -> Iterator[str]:
    """Numbers with a plus; also some that are not valid, which stay as they come."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        code = phonenumbers.country_code_for_region(region)
        for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
            example = phonenumbers.example_number_for_type(region, kind)
            national = phonenumbers.national_significant_number(example) if example else ""
            if len(national) > 6:
                yield from (f"+{code}{prefix}{digits}" for digits in (national, national[1:], f"{national}1"))


def _by_the_library(sent: str) -> str:
    try:
        number = phonenumbers.parse(sent, None)
    except phonenumbers.NumberParseException:
        return sent
    formatted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return formatted if phonenumbers.is_valid_number(number) and len(formatted) <= 16 else sent


def test_bare_digits_are_international_first():
    """jtel leaves the plus out, so bare digits are never guessed to be local when they are an international number."""
    assert "+4930901820" == normalize("4930901820", "AT")


@pytest.mark.parametrize("sent", ["110", "4711", "123456", "11 88 33", "*21#", "+110"])
def test_short_numbers_stay(sent):
    """Up to six digits it is an extension or a service number and stays as it came."""
    assert sent == normalize(sent, "DE")


@pytest.mark.parametrize(
    "sent",
    [
        "4900000000000",
        "+999123456789",
        "12345678901234567890",
        "-4930901820",
        "-49301234567",
        "\u20134930901820",
        "1234567",
        "sip:max@example.com",
        "x" * 300,
        "Anna, Zimmer 12",
        "anna@example.com",
    ],
)
def test_invalid_numbers_stay(sent):
    """What is no valid number is kept as it came: a person can still make something of it."""
    assert sent == normalize(sent, "DE")


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "Private Number",
        "0",
        "-1",
        "anonymous@anonymous.invalid",
        "sip:anonymous@10.0.0.1",
        "*31#",
        "266696687",
    ],
)
def test_hidden_numbers_are_none(sent):
    """A hidden caller has no number, whichever way the phone system says so; all ways are in `test_hidden`."""
    assert normalize(sent, "DE") is None


@pytest.mark.parametrize("sent", ["sip:+4930901820@10.0.0.1", "sip:4930901820@pbx.example;user=phone"])
def test_sip_addresses_of_numbers(sent):
    """A SIP address whose user is a number is that number."""
    assert "+4930901820" == normalize(sent, "DE")


def test_hidden_with_display_name():
    """The SIP header of a hidden caller, as RFC 3323 writes it, is no number."""
    assert normalize('"Anonymous" <sip:anonymous@anonymous.invalid>', "DE") is None


def test_no_more_than_15_digits():
    """E.164 has at most 15 digits: what would become longer stays as it came."""
    assert "20100000000000" == normalize("20100000000000", "DE")


@pytest.mark.parametrize("plus", ["+", "00", ""])
def test_documented_example_is_no_valid_number(plus):
    """jtel's own example, 49199123456789, is of no German range, so it is kept as it came; nothing is made up."""
    assert f"{plus}49199123456789" == normalize(f"{plus}49199123456789", "DE")


@PROPERTY
@given(number_texts() | st.text(min_size=1), st.sampled_from(["DE", "AT", "US", "IT"]))
def test_never_fails_and_never_loses(sent, region):
    """Any text becomes E.164, stays what it is, or was a hidden caller; nothing else, and no error."""
    number = normalize(sent, region)

    assert number is None or number == sent or (number[0] == "+" and number[1:].isdigit())


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+4930901820", True),
        ("+77777777777", True),
        ("49199123456789", True),
        ("030 1234567", True),
        (None, False),
        ("10", False),
        ("4711", False),
        ("+49", False),
        ("9999999999", False),
        ("4900000000000", False),
        ("1234567890", False),
        ("Anna, Zimmer 12", False),
        ("-4930901820", False),
        ("Vertrag 4930901820", False),
        ("sip:4711999@pbx", False),
        ("+4930901820;ext=12", False),
    ],
)
def test_what_tells_one_caller_from_another(number, expected):
    """Only a number that one caller alone can have does; a text, an extension or a placeholder may be anybody's."""
    assert expected == tells_caller(number)


@pytest.mark.parametrize("sent", ["(" * 60_000 + "1234567x", "a." * 32_000 + "1", "0 " * 30_000 + "x", "<" * 60_000])
def test_a_long_text_costs_little(sent):
    """How long a text is adds to the time that reading takes, and does not multiply it."""
    begun = process_time()
    normalize(sent, "DE")

    assert process_time() - begun < 2


@PROPERTY
@given(number_texts())
def test_normal_form_is_stable(sent):
    """A number in E.164 is normalised to itself, so that repeats compare equal."""
    number = normalize(sent, "DE")

    assert number is None or number == normalize(number, "DE")


@pytest.mark.parametrize(
    "text",
    [
        "4930901820",
        "+49 30 901820",
        "+49 (0)30 / 90 18-20",
        "0049.30.901820",
        "030 901820",
        "(030) 901820",
        "please call 030/901820, thank you",
        '{"Caller":4930901820}',
    ],
)
def test_spellings_in_a_text(text: str) -> None:
    """A number is found in a text however people write it, whichever way it was asked for."""
    for asked in ("030 901820", "4930901820", "+49 30 901820"):
        found = spellings(asked, "DE")

        assert found is not None
        assert found.search(text), asked


@pytest.mark.parametrize("text", ["49309018201", "14930901820", "30901821", "0309018", "49 30", "90182030"])
def test_other_numbers_are_not_meant(text: str) -> None:
    """A number that only contains the digits, or lacks some, is another one."""
    found = spellings("030 901820", "DE")

    assert found is not None
    assert not found.search(text)


@pytest.mark.parametrize(("asked", "found"), [("12345", False), ("anonymous", False), ("99999999999", True)])
def test_what_is_no_whole_number(asked: str, found: bool) -> None:
    """An extension would be found everywhere; a number that no country has is looked for as it is."""
    assert found == (spellings(asked, "DE") is not None)

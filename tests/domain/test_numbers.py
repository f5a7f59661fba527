"""Telephone numbers, as they come and as a Case shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.numbers import normalize, spellings
from tests.payload.strategies import PROPERTY, number_texts

HIDDEN = [
    "anonymous",
    "Anonymous",
    "ANONYM",
    "unknown",
    "Unbekannt",
    "unavailable",
    "restricted",
    "private",
    "withheld",
]


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


@pytest.mark.parametrize(
    ("sent", "region", "expected"),
    [
        ("030901820", "DE", "+4930901820"),
        ("030 / 90 18 20", "DE", "+4930901820"),
        ("(030) 901820", "DE", "+4930901820"),
        ("0171 2345678", "DE", "+491712345678"),
        ("01 5131600", "AT", "+4315131600"),
        ("044 668 18 00", "CH", "+41446681800"),
        ("89123456", "DE", "+4989123456"),
        ("02 1234 5678", "IT", "+390212345678"),
    ],
)
def test_national(sent, region, expected):
    """One leading 0, or what can be no international number, is read as a number of the source's country."""
    assert expected == normalize(sent, region)


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
        "000000000",
        "+999123456789",
        "0049",
        "12345678901234567890",
        "sip:max@example.com",
        "n/a",
        "x" * 300,
    ],
)
def test_invalid_numbers_stay(sent):
    """What is no valid number is kept as it came: a person can still make something of it."""
    assert sent == normalize(sent, "DE")


@pytest.mark.parametrize("sent", [None, *HIDDEN, "anonymous@anonymous.invalid", "sip:anonymous@anonymous.invalid"])
def test_hidden_numbers_are_none(sent):
    """A hidden caller has no number, whichever word the phone system has for it."""
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

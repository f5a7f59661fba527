"""Who is called by what stands in a field for numbers."""

import pytest

from app.domain.addresses import user_part
from app.domain.numbers import normalize


@pytest.mark.parametrize(
    "sent",
    [
        "+4930901820 <unknown>",
        '"4930901820" <private>',
        "030901820 <n/a>",
        "+4930901820 <0>",
        "+4930901820 <+>",
        "<unknown> +4930901820",
        "Tel. 030 901820 <Anna>",
        "030901820 <anna@example.com>",
        "4930901820 <Zimmer 12>",
        '"4930901820" <sip:anonymous@anonymous.invalid>',
        '"4930901820" <sip:anonymous@10.0.0.1>',
        '"unknown" <4930901820>',
        '"<unknown>" <sip:4930901820@pbx>',
        '"Anna 2" <sip:+4930901820@pbx;user=phone>',
        '"4711" <sip:+4930901820@pbx>',
    ],
)
def test_number_beside_another_word(sent: str) -> None:
    """A number is taken wherever it stands, and no word beside it hides it."""
    assert "+4930901820" == normalize(sent, "DE")


@pytest.mark.parametrize(
    "sent",
    [
        '"+4930901820" <sip:4711@pbx>',
        '"030901820" <+4930901820;ext=12>',
        '"030901820" <tel:+4930901820;ext=12>',
        "4711 <unknown>",
        "Zimmer 12 <unknown>",
        "sip:anna.mueller",
        "sip:anna.maria.mueller",
        "sip:max.meier@pbx.example.com",
        "sip:li.na",
        "Anna <anna@example.com>",
    ],
)
def test_somebody_else_is_not_guessed(sent: str) -> None:
    """What names somebody, but by no number, or by two, stays as it came."""
    assert sent == normalize(sent, "DE")


@pytest.mark.parametrize(
    "sent",
    [
        "sip:10.0.0.1",
        "sip:[2001:db8::1]:5060",
        "sip:pbx.example.com",
        "sip:pbx.acme.de;transport=udp",
        "sip:acme.com",
        "sip:pbx.local",
        "sip:pbx:5060",
        "<sip:pbx.acme.de>",
        "Anonymous <unknown>",
    ],
)
def test_an_exchange_is_nobody(sent: str) -> None:
    """An address without a user is that of the exchange, which is what many write for a hidden caller."""
    assert normalize(sent, "DE") is None


def test_parts_of_an_address() -> None:
    """Without brackets it is the text itself, without its label and what a spreadsheet marks it with."""
    assert ["+4930901820", "Anna", ""] == [user_part(one) for one in ("'tel:+4930901820", " Anna ", "<>")]

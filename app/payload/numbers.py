"""Telephone numbers: E.164 when they are valid, else as jtel sent them."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

# What phone systems write when the caller hides the number.
_NO_NUMBER = frozenset(
    {"anonymous", "anonym", "unknown", "unbekannt", "unavailable", "restricted", "private", "withheld"}
)
_SHORT = 6  # digits; up to here it is an extension or a service number, not E.164


def normalize(sent: str | None, region: str) -> str | None:
    """`sent` in E.164 if it is a valid number, as it came if not; nothing for a hidden number.

    jtel writes E.164 without the plus, so bare digits are tried as an international number first, and as one of
    `region` when they begin with a single 0 or cannot be an international one.
    """
    if sent is None or _is_hidden(sent):
        return None
    text = sent.removeprefix("tel:").strip()
    if sum(character.isdigit() for character in text) <= _SHORT:
        return sent
    number = _parse(text, region)
    if number is None or not phonenumbers.is_valid_number(number):
        return sent
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _is_hidden(sent: str) -> bool:
    return sent.casefold().removeprefix("sip:").partition("@")[0] in _NO_NUMBER


def _parse(text: str, region: str) -> PhoneNumber | None:
    if text.startswith("+"):
        return _try(text, None)
    if text.startswith("00"):
        return _try("+" + text[2:], None)
    if text.startswith("0"):
        return _try(text, region)
    number = _try("+" + text, None)
    if number is not None and phonenumbers.is_possible_number(number):
        return number
    return _try(text, region)


def _try(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None

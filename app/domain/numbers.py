"""Telephone numbers: E.164 when they are valid, else as jtel sent them."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

# What phone systems write when the caller hides the number.
_NO_NUMBER = frozenset(
    {
        "clir",
        "hidden",
        "anonymous",
        "anonym",
        "unknown",
        "unbekannt",
        "unavailable",
        "restricted",
        "private",
        "withheld",
    }
)
_ADDRESS = re.compile(r"<([^<>]*)>")
_SCHEME = re.compile(r"\A\s*(?:sips?|tel):", re.I)
_LONGEST = 16  # the plus and 15 digits
# What people write between two digits.
_GAP = r"[\s()./-]{0,3}"
_SHORT = 6  # digits; up to here it is an extension or a service number, not E.164


def normalize(sent: str | None, region: str) -> str | None:
    """`sent` in E.164 if it is a valid number, as it came if not; nothing for a hidden number.

    jtel writes E.164 without the plus, so bare digits are tried as an international number first, and as one of
    `region` when they begin with a single 0 or cannot be an international one.
    """
    user = _user_part(sent or "")
    if sent is None or user.casefold() in _NO_NUMBER or not any(character.isalnum() for character in user):
        return None
    if sum(character.isdigit() for character in user) <= _SHORT:
        return sent
    number = _parse(user, region)
    if number is None or not phonenumbers.is_valid_number(number):
        return sent
    formatted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return formatted if len(formatted) <= _LONGEST else sent


def _user_part(sent: str) -> str:
    """What is called: of `"Anna" <sip:+4930901820@pbx;user=phone>` only `+4930901820`."""
    address = _ADDRESS.search(sent)
    return _SCHEME.sub("", address[1] if address else sent).partition("@")[0].partition(";")[0].strip()


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


def international(sent: str, region: str) -> str | None:
    """`sent` as people write it with its country code (`+49 30 901820`); nothing if it is no valid number."""
    number = _valid(sent, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else None


def national(sent: str, region: str) -> str | None:
    """`sent` as people in `region` write it (`030 901820`), a foreign number with its country code."""
    number = _valid(sent, region)
    if number is None:
        return None
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def spellings(sent: str, region: str) -> re.Pattern[str] | None:
    """What finds the number in a text, however people write it; nothing if it is too short to be told from others."""
    number = _valid(sent, region)
    digits = phonenumbers.national_significant_number(number) if number else re.sub(r"\D", "", _user_part(sent))
    if len(digits) <= _SHORT:
        return None
    prefix = rf"(?:(?:\+|00)?{number.country_code}{_GAP})?(?:\(?0\)?{_GAP})?" if number else ""
    return re.compile(rf"(?<!\d){prefix}{_GAP.join(digits)}(?!\d)")


def _valid(sent: str, region: str) -> PhoneNumber | None:
    number = normalize(sent, region)
    parsed = _try(number, None) if number and number.startswith("+") else None
    return parsed if parsed and phonenumbers.is_valid_number(parsed) else None

"""Telephone numbers: E.164 when they are valid, else as jtel sent them."""

import re
from collections.abc import Callable
from functools import cache, partial

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE as CODES
from phonenumbers import (
    Leniency,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberMatcher,
)

from app.domain.addresses import user_part
from app.domain.hidden import is_hidden, is_placeholder
from app.domain.spreadsheet import as_written

# The digits of a text, without all that stands between them.
digits_of: Callable[[str], str] = partial(re.compile(r"\D").sub, "")

_LONGEST = 16  # the plus and 15 digits
_LONGEST_WRITTEN = 60  # with all that people write between the digits
_SHORT = 6  # digits; up to here it is an extension or a service number, not E.164
# What people write between two digits.
_GAP = r"[\s()./-]{0,3}"
# Anything else is a text that has digits in it, or more than one number.
_WRITTEN = re.compile(r"(?![\s(\[]*[\u2010-\u2015\u2212-])[\s(\[]*+[+\uff0b]*+[\d\s()\[\]./\u2010-\u2015\u2212-]*+")
_PLUS = re.compile(r"\A[\s(\[]*[+\uff0b]+")
# Behind seven digits or more a point parts no groups; what stands behind it is no part of the number.
_FRACTION = re.compile(r"\+?\d{7,}\.\d+")
# What a system sends in the place of a number, or a person who has to type one: 9999999, 1234567.
_PLACEHOLDER = re.compile(r"(\d)\1{6}")
_COUNTED = "01234567890123456789"
# Carriers that send digits only spell such a word on the keys of a telephone: +266696687.
_SPELLED = frozenset(
    phonenumbers.convert_alpha_characters_in_number(word)
    for word in ("ANONYMOUS", "BLOCKED", "PRIVATE", "RESTRICTED", "UNAVAILABLE", "UNKNOWN", "WITHHELD")
)


def normalize(sent: str | None, region: str) -> str | None:
    """`sent` in E.164 if it is a valid number, as it came if not; nothing where there is no number to call.

    jtel writes E.164 without the plus, so bare digits are tried as an international number first; what a person has
    grouped is tried as one of `region` first. It is one of `region` only if it is written as people write a number
    there: with the 0 in front, where the country always writes one. Any other prefix may be left out.
    """
    if not sent:
        return None
    # As jtel sends nearly all of them: there is nothing to take off.
    number = _international(sent) if len(sent) > _SHORT and sent.removeprefix("+").isdecimal() else None
    return _formatted(number, sent) if number is not None else _normalize_other(sent, region)


def _normalize_other(sent: str, region: str) -> str | None:
    written = as_written(sent)
    user = user_part(written)
    if is_hidden(user):
        return None
    number = _parse(user, region)
    if number is None:
        if digits_of(user) in _SPELLED or is_placeholder(user):
            return None
        return written if len(digits_of(written)) <= _SHORT else sent
    return _formatted(number, sent)


def _formatted(number: PhoneNumber, sent: str) -> str:
    formatted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return formatted if len(formatted) <= _LONGEST else sent


def tells_caller(number: str | None) -> bool:
    """Whether two callbacks with this number, as `normalize` gives it, are of one caller.

    A text, an extension or a placeholder may be anybody's.
    """
    digits = digits_of(number or "")
    if len(digits) <= _SHORT or not _WRITTEN.fullmatch(number or ""):
        return False
    return not (_PLACEHOLDER.search(digits) or digits in _COUNTED) or _international(number or "") is not None


def _parse(text: str, region: str) -> PhoneNumber | None:
    """The valid number that it is; nothing if it is none, or not surely one."""
    if len(text) > _LONGEST_WRITTEN or len(digits_of(text)) <= _SHORT:
        return None
    if not _WRITTEN.fullmatch(text) or _FRACTION.fullmatch(text):
        return None
    if _PLUS.match(text):
        return _international(text)
    if text.isdecimal() or text.lstrip("([ ").startswith("00"):
        return _international(text) or _national(text, region)
    return _national(text, region) or _international(text)


def _international(text: str) -> PhoneNumber | None:
    text = _PLUS.sub("", text, count=1).lstrip("([ ")
    if text.startswith("0") and not text.startswith("00"):  # no country code does
        return None
    text = text.removeprefix("00")
    number = _of_digits(text) or _of_text(text)
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def _of_text(text: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(f"+{text}", None)
    except NumberParseException:
        return None


def _of_digits(text: str) -> PhoneNumber | None:
    """As `_of_text`, at a fraction of its cost; nothing where there is more to read than a country code and digits."""
    if not (text.isdecimal() and text.isascii()) or text.startswith("0") or len(text) > _LONGEST:
        return None
    length = next((length for length in (1, 2, 3) if int(text[:length]) in CODES), 0)
    code, rest = int(text[:length] or 0), text[length:]
    if not code or not rest or _to_take_off(code).match(rest):
        return None
    return PhoneNumber(country_code=code, national_number=int(rest))


@cache
def _to_take_off(code: int) -> re.Pattern[str]:
    """What `parse` does not take as the begin of a plain number behind this country code: a prefix, or noughts."""
    region = phonenumbers.region_code_for_country_code(code)
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    prefix = metadata.national_prefix_for_parsing if metadata else None
    return re.compile(f"0|{prefix}" if prefix else "0")


def _national(text: str, region: str) -> PhoneNumber | None:
    number = _as_written_in(text, region)
    prefix = phonenumbers.ndd_prefix_for_region(region, True) or "0"
    # Nothing but a 0 tells a number of the country from a part of another.
    return number if number is not None or prefix == "0" else _as_written_in(prefix + text, region)


def _as_written_in(text: str, region: str) -> PhoneNumber | None:
    # Knows where the 0 in front is left out, and which countries have none; also what is dialled there to get abroad.
    match = next(iter(PhoneNumberMatcher(text, region, leniency=Leniency.VALID, max_tries=1)), None)
    return match.number if match is not None and match.raw_string == text else None


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


def country(sent: str, region: str) -> str | None:
    """The country of the number, `DE`; nothing if it is no valid number, or one of no country."""
    number = _valid(sent, region)
    found = phonenumbers.region_code_for_number(number) if number else None
    return found if found in phonenumbers.SUPPORTED_REGIONS else None


def spellings(sent: str, region: str) -> re.Pattern[str] | None:
    """What finds the number in a text, however people write it; nothing if it is too short to be told from others."""
    number = _valid(sent, region)
    digits = phonenumbers.national_significant_number(number) if number else digits_of(user_part(sent))
    if len(digits) <= _SHORT:
        return None
    prefix = rf"(?:(?:\+|00)?{number.country_code}{_GAP})?(?:\(?0\)?{_GAP})?" if number else ""
    return re.compile(rf"(?<!\d){prefix}{_GAP.join(digits)}(?!\d)")


def _valid(sent: str, region: str) -> PhoneNumber | None:
    return _parse(user_part(as_written(sent)), region)

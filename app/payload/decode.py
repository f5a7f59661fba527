"""From bytes to named values: JSON, form or query, told by the content and not by the content type.

The bytes are UTF-8, also damaged or as Java writes it, else Windows-1252, whatever a header claims. An event may be
wrapped: `{"AcdEvent": {…}}`, `{"records": [{…}]}`, or one in the other.
"""

import codecs
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from app.domain.errors import PayloadError
from app.domain.reasons import Reason
from app.payload.fields import lay_over, read_float

WRAPPERS = ("acdevent", "records")
# A callback has about 20 fields; the rest is room for what later releases add.
MAX_FORM_FIELDS = 500
MAX_DEPTH = 100
# Not strict: jtel's texts may hold raw line breaks, which a caller should not be lost over.
_JSON = json.JSONDecoder(strict=False, parse_constant=lambda _: None, parse_float=read_float)
# Some senders end their text with a NUL.
_MARGIN = " \t\r\n\x00"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# CESU-8: Java's modified UTF-8 writes the two halves of an emoji one by one, and NUL as two bytes.
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_NUL = b"\xc0\x80"
# A byte that is no UTF-8 stands for itself as one of these.
_BYTE = "\udc80-\udcff"
_DAMAGE = re.compile(f"[{_BYTE}]+")
# Windows-1252 has letters here that people write; Â and Ã begin what was a letter in UTF-8, â and ð a dash or an emoji.
_LETTER = re.compile("[\udcc0\udcc1\udcc4-\udce1\udce3-\udcef\udcf1-\udcff]")
_ASCII_LETTER = re.compile("[A-Za-z]")
# Characters that are UTF-8 for sure. The others come about in Windows-1252, too: ß, Ü, Ö or É before a quotation mark.
_SURE = re.compile("[\x80-\u017f\u0300-\u057f\u05c0-\u06ff\u0800-\ud7ff\ue000-\U0010ffff]")
# The begin of such a character, where the rest was cut off.
_CUT = re.compile("\udcc3(?![A-Za-z])|\udce2[\udc80\udc82](?![A-Za-z])|\udcf0\udc9f")
# What people write behind a letter in Windows-1252: quotation marks, dashes, dots, bullets and signs, hard spaces.
_PUNCTUATION = frozenset(b"\x93\x94\x84\x82\x91\x92\x85\x96\x97\x95\xab\xbb\x8b\x9b\x80\x99\xa0")
# Single letters that a sender has put between UTF-8. No character that people here write begins with their bytes.
_SINGLE = frozenset("äöüÖÜßàéèç")


def decode(body: bytes, query: bytes) -> dict[str, Any]:
    """The values of the body, and those of the query that the body does not have.

    Raises `PayloadError` when there is nothing, or nothing that can be read.
    """
    in_query = _decode_form(query)
    text = decode_text(body).strip(_MARGIN)
    if not text and not in_query:
        raise PayloadError(
            Reason.BODY_MISSING,
            "The request has no body and no query. jtel has to send the callback's fields as JSON or as a form: "
            "check the REST call of the ACD group.",
        )
    in_body = _decode_body(text) if text else {}
    return lay_over(in_body, in_query) if in_query else in_body


def _decode_body(text: str) -> dict[str, Any]:
    if text.startswith(("{", "[")):
        return _decode_json(text)
    if "=" in text and not text.startswith(("<", "--")):
        return _decode_form(text.encode("utf-8"))
    if text.startswith('"') or text in ("null", "true", "false") or text.lstrip("-").isdigit():
        raise _not_an_object("a single value")
    raise PayloadError(
        Reason.BODY_NOT_UNDERSTOOD,
        f"The body ({len(text)} characters) is neither JSON nor a form. jtel has to send a JSON object or "
        "name=value pairs: check the REST call of the ACD group.",
    )


def _decode_json(text: str) -> dict[str, Any]:
    try:
        value = _JSON.decode(text)
    except json.JSONDecodeError as error:
        raise PayloadError(
            Reason.JSON_BROKEN,
            f"The body starts like JSON but breaks at line {error.lineno}, column {error.colno}: {error.msg}. "
            "The sender has to mend it; text values need their quotes and backslashes escaped.",
        ) from error
    except (RecursionError, ValueError) as error:
        raise _too_much() from error
    # What has fewer brackets cannot be nested so deep.
    if text.count("{") + text.count("[") >= MAX_DEPTH and _is_deep(value):
        raise _too_much()
    if not isinstance(value, dict):
        raise _not_an_object(f"an array of {len(value)}")
    return value


def _is_deep(value: Any) -> bool:
    """Whether it is nested deeper than `MAX_DEPTH`; how deep Python itself reads differs from version to version."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_much() -> PayloadError:
    return PayloadError(
        Reason.JSON_BROKEN,
        "The body is JSON that is nested too deep or holds a number of too many digits. "
        "The sender has to send one flat object.",
    )


def _not_an_object(found: str) -> PayloadError:
    return PayloadError(
        Reason.NOT_AN_OBJECT,
        f"The body is {found}, but a callback is one JSON object. Send one callback per request.",
    )


def _decode_form(raw: bytes) -> dict[str, Any]:
    # Latin-1 carries every byte unchanged through the parser, so that each value is decoded by us.
    try:
        pairs = parse_qsl(
            raw.decode("latin-1"),
            keep_blank_values=True,
            encoding="latin-1",
            max_num_fields=MAX_FORM_FIELDS,
        )
    except ValueError as error:
        raise PayloadError(
            Reason.BODY_NOT_UNDERSTOOD,
            f"The request has more than {MAX_FORM_FIELDS} form fields; jtel sends 21.",
        ) from error
    return {_from_latin1(name): _from_latin1(value) for name, value in pairs}


def _from_latin1(text: str) -> str:
    return text if text.isascii() else decode_text(text.encode("latin-1"))


def unwrap(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the one event inside; what stands beside the wrapper is kept where the event says nothing.

    Raises `PayloadError` `several_events` for more than one record.
    """
    flat = dict(fields)
    for _ in WRAPPERS:
        nested = [key for key, value in flat.items() if isinstance(value, (dict, list))]
        name = next((key for key in nested if key.lower() in WRAPPERS), None)
        if name is None:
            break
        inner = _single(name, flat.pop(name))
        flat = lay_over(inner, flat)
    return flat


def _single(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        if len(value) > 1:
            raise PayloadError(
                Reason.SEVERAL_EVENTS,
                f"{name} holds {len(value)} events, but one request is one callback. Send them one by one.",
            )
        value = value[0] if value else {}
    if not isinstance(value, dict):
        raise PayloadError(Reason.NOT_AN_OBJECT, f"{name} holds {_kind(value)}, but a callback is a JSON object.")
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return "an array" if isinstance(value, list) else "a single value"


def decode_text(raw: bytes) -> str:
    """The text of the bytes; never fails. What is damaged becomes U+FFFD, and all other characters stay right."""
    if raw.startswith(_UTF16):
        return raw.decode("utf-16", errors="replace")
    marked = raw.startswith(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _mend(raw.removeprefix(codecs.BOM_UTF8), marked=marked)


def _mend(raw: bytes, *, marked: bool) -> str:
    text = _HALVES.sub(_whole, raw).replace(_NUL, b"\x00").decode("utf-8", "surrogateescape")
    damage = _DAMAGE.findall(text)
    letters = sum(1 for run in damage if _LETTER.match(run))
    sure = len(_SURE.findall(text)) or (not letters and _CUT.search(text) is not None)
    if marked or not damage or _is_certain(text) or (sure and sure >= letters):
        return _DAMAGE.sub(_replacement, text)
    return raw.decode("windows-1252", errors="replace")


def _whole(halves: re.Match[bytes]) -> bytes:
    return halves[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _is_certain(text: str) -> bool:
    """Whether a character of UTF-8 makes no sense as letter and punctuation of Windows-1252."""
    return any(not _PUNCTUATION.issuperset(sure.encode()[1:]) for sure in _SURE.findall(text))


def _replacement(run: re.Match[str]) -> str:
    letters = run[0].encode("utf-8", "surrogateescape").decode("windows-1252", errors="replace")
    if _SINGLE.issuperset(letters):
        return letters
    # Before a letter nothing was cut off.
    within = _LETTER.sub("", run[0]) == "" and letters.isalpha() and _ASCII_LETTER.match(run.string, run.end())
    return letters if within else "\ufffd"

"""From bytes to named values: JSON, form or query, told by the content and not by the content type."""

import json
from typing import Any
from urllib.parse import parse_qsl

from app.domain.errors import PayloadError
from app.domain.reasons import Reason
from app.payload.encoding import decode_text
from app.payload.values import lay_over, read_float

# A callback has about 20 fields; the rest is room for what later releases add.
MAX_FORM_FIELDS = 500
MAX_DEPTH = 100
# Some senders end their text with a NUL.
_MARGIN = " \t\r\n\x00"


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
    return lay_over(in_body, in_query)


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
        # Not strict: jtel's texts may hold raw line breaks, which a caller should not be lost over.
        value = json.loads(text, strict=False, parse_constant=lambda _: None, parse_float=read_float)
    except json.JSONDecodeError as error:
        raise PayloadError(
            Reason.JSON_BROKEN,
            f"The body starts like JSON but breaks at line {error.lineno}, column {error.colno}: {error.msg}. "
            "The sender has to mend it; text values need their quotes and backslashes escaped.",
        ) from error
    except (RecursionError, ValueError) as error:
        raise _too_much() from error
    if _is_deep(value):
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

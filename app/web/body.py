"""Reads a request's body, but no more of it than a callback can have."""

from flask import Request
from gunicorn.http.errors import ParseException

from app.domain.errors import PayloadError
from app.domain.reasons import Reason
from app.payload import BODY_LIMIT

# So much is read and thrown away, so that the sender gets to read the answer.
_DRAIN_LIMIT = 16 * 1024 * 1024
_CHUNK = 64 * 1024


def read_body(request: Request) -> tuple[bytes, PayloadError | None]:
    """The bytes of the body, cut at the limit, and what is wrong with it: it is too large, or was cut off."""
    try:
        body = request.stream.read(BODY_LIMIT + 1)
        size = len(body)
        while BODY_LIMIT < size < _DRAIN_LIMIT and (chunk := request.stream.read(_CHUNK)):
            size += len(chunk)
    except (OSError, ParseException):  # gunicorn's words for chunks that break off, and for what is none
        return b"", PayloadError(
            Reason.BODY_INCOMPLETE, "The body broke off or its chunks are garbled. Send the callback again."
        )
    if size > BODY_LIMIT or len(request.query_string) > BODY_LIMIT:
        return body[:BODY_LIMIT], PayloadError(
            Reason.BODY_TOO_LARGE,
            f"The request is larger than {BODY_LIMIT // 1024} KiB, and no callback is. Check the URL of the REST call.",
        )
    if request.content_length is not None and size < request.content_length:
        return body, PayloadError(
            Reason.BODY_INCOMPLETE,
            f"The connection ended after {size} of {request.content_length} bytes. Send the callback again.",
        )
    return body, None

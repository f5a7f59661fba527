"""Lists as they come: jtel gives all records at once, so none is kept here."""

from collections.abc import Iterator
from typing import Any

import ijson
from requests import Response
from urllib3.exceptions import HTTPError

from app.jtel.answers import refusal, unreadable
from app.jtel.broken import broken
from app.jtel.call import JtelCall
from app.jtel.errors import JtelError
from app.jtel.walk import OddJsonError, walk

_PIECE = 64 * 1024


class _Body:
    """The body of an answer, as `ijson` reads it: unpacked, if it was packed."""

    def __init__(self, response: Response) -> None:
        self._raw = response.raw

    def read(self, size: int) -> bytes:
        piece: bytes = self._raw.read(size, decode_content=True)
        return piece


def records_of(call: JtelCall, response: Response) -> Iterator[dict[str, Any]]:
    """The records of a list, one by one; closes the answer at the end. Raises `JtelError`, also in the middle."""
    envelope: dict[str, Any] = {}
    count = 0
    with response:
        try:
            for record in walk(ijson.basic_parse(_Body(response), buf_size=_PIECE, use_float=True), envelope):
                if not isinstance(record, dict):
                    raise OddJsonError("a record is no object")
                count += 1
                yield record
        except (ijson.JSONError, OddJsonError) as error:
            raise unreadable(call, response.status_code) from error
        except (HTTPError, OSError) as error:
            raise broken(call, error) from error
    lack = _lack(call, envelope, count)
    if lack is not None:
        raise lack


def _lack(call: JtelCall, envelope: dict[str, Any], count: int) -> JtelError | None:
    """What the envelope says against its being all records."""
    status = envelope.get("status")
    if type(status) is int and (refused := refusal(call, status, b"{}")):
        return refused
    # There are no pages now. If they come one day, nobody shall take the first for all.
    is_page = _number(envelope, "limitPageSize") > 0
    whole = "records" in envelope and count >= _number(envelope, "count") and not is_page
    return None if whole else unreadable(call)


def _number(envelope: dict[str, Any], name: str) -> int:
    said = envelope.get(name)
    return said if type(said) is int else 0

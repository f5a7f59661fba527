"""Lists as they come: jtel gives all records at once, so none is kept here."""

import time
from collections.abc import Iterator
from typing import Any

import ijson
from requests import Response, codes
from urllib3.exceptions import HTTPError

from app.jtel.answers import check_envelope, unreadable
from app.jtel.attributes import to_whole
from app.jtel.broken import broken
from app.jtel.call import JtelCall
from app.jtel.walk import OddJsonError, walk

_PIECE = 64 * 1024


class _Body:
    """The body of an answer, as `ijson` reads it: unpacked, if it was packed. What only drips is given up."""

    def __init__(self, response: Response, silence: float) -> None:
        self._raw = response.raw
        self._silence = silence

    def read(self, size: int) -> bytes:
        piece = bytearray()
        end = time.monotonic() + self._silence
        while len(piece) < size and (part := self._raw.read1(size - len(piece), decode_content=True)):
            piece += part
            if time.monotonic() > end:
                raise TimeoutError("a piece of the list took too long")
        return bytes(piece)


def records_of(call: JtelCall, response: Response, silence: float) -> Iterator[dict[str, Any]]:
    """The records of a list, one by one; closes the answer at the end. Raises `JtelError`, also in the middle.

    `silence` is how many seconds a piece of it may take.
    """
    envelope: dict[str, Any] = {}
    count = 0
    with response:
        try:
            for record in walk(ijson.basic_parse(_Body(response, silence), buf_size=_PIECE, use_float=True), envelope):
                if not isinstance(record, dict):
                    raise OddJsonError("a record is no object")
                count += 1
                yield record
        except (ijson.JSONError, OddJsonError) as error:
            raise unreadable(call) from error
        except (HTTPError, OSError) as error:
            raise broken(call, error) from error
    check_envelope(call, codes.ok, envelope)
    # There are no pages now. If they come one day, nobody shall take the first for all.
    is_page = _number(envelope, "limitPageSize") > 0
    if envelope.get("records", "missing") not in (True, None) or count < _number(envelope, "count") or is_page:
        raise unreadable(call)


def _number(envelope: dict[str, Any], name: str) -> int:
    return to_whole(envelope.get(name)) or 0

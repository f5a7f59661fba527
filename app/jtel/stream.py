"""Lists as they come: jtel gives all records at once, so none is kept here."""

import re
from collections.abc import Iterator
from typing import Any

import ijson
from requests import Response
from urllib3.exceptions import HTTPError

from app.jtel.answers import refusal, unreadable
from app.jtel.broken import broken
from app.jtel.call import JtelCall
from app.jtel.errors import JtelError

_PIECE = 64 * 1024
# The envelope stands around the records, and is shorter than this on each side.
_SIDE = 2048
_RECORDS = b'"records"'
_NUMBER = re.compile(rb'"(\w+)"\s*:\s*(-?\d+)')


class _Body:
    """The body of an answer, as `ijson` reads it: unpacked if it was packed. Keeps its beginning and its end."""

    def __init__(self, response: Response) -> None:
        self._raw = response.raw
        self._first = self._last = b""

    def read(self, size: int) -> bytes:
        piece: bytes = self._raw.read(size, decode_content=True)
        if len(self._first) < _SIDE:
            self._first += piece[:_SIDE]
        self._last = (self._last + piece)[-_SIDE:]
        return piece

    def envelope(self) -> dict[str, int] | None:
        """The numbers that the envelope says; nothing if it has no records."""
        before, records, _ = self._first.partition(_RECORDS)
        after = self._last[self._last.rfind(b"]") :]
        return {key.decode(): int(value) for key, value in _NUMBER.findall(before + after)} if records else None


def records_of(call: JtelCall, response: Response) -> Iterator[dict[str, Any]]:
    """The records of a list, one by one; closes the answer at the end. Raises `JtelError`, also in the middle."""
    body, count = _Body(response), 0
    with response:
        try:
            for record in ijson.items(body, "records.item", buf_size=_PIECE, use_float=True):
                if not isinstance(record, dict):
                    raise unreadable(call, response.status_code)
                count += 1
                yield record
        except ijson.JSONError as error:
            raise unreadable(call, response.status_code) from error
        except (HTTPError, OSError) as error:
            raise broken(call, error) from error
    lack = _lack(call, body, count)
    if lack is not None:
        raise lack


def _lack(call: JtelCall, body: _Body, count: int) -> JtelError | None:
    """What the envelope says against its being all records."""
    envelope = body.envelope()
    if envelope is None:
        return unreadable(call)
    if "status" in envelope and (refused := refusal(call, envelope["status"], b"{}")):
        return refused
    # There are no pages now. If they come one day, nobody shall take the first for all.
    whole = count >= envelope.get("count", 0) and envelope.get("limitPageSize", -1) <= 0
    return None if whole else unreadable(call)

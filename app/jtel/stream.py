"""Lists as they come: jtel gives all records at once, so none is kept here."""

from collections.abc import Iterator
from typing import Any

import ijson
from requests import Response
from urllib3.exceptions import HTTPError

from app.jtel.answers import unreadable
from app.jtel.broken import broken
from app.jtel.calls import JtelCall

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
    with response:
        try:
            yield from ijson.items(_Body(response), "records.item", buf_size=_PIECE, use_float=True)
        except ijson.JSONError as error:
            raise unreadable(call, response.status_code) from error
        except (HTTPError, OSError) as error:
            raise broken(call, error) from error

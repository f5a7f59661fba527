"""The JSON around jtel's answers. A list says no more of itself at its beginning than it knows before it is read."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from app.sandbox.jtel.store import Fields

JsonChunks = Iterator[bytes]
_GATHERED = 100


def records(ordered_by: str, texts: Iterable[str]) -> JsonChunks:
    """The envelope of a list, as it is read; `texts` is the JSON of each record."""
    yield b'{"filter": "", "limitStart": 0, "limitPageSize": -1, "records": ['
    count, waiting = 0, []
    for text in texts:
        waiting.append(f", {text}" if count else text)
        count += 1
        if len(waiting) == _GATHERED:
            yield "".join(waiting).encode()
            waiting.clear()
    tail: dict[str, Any] = {"count": count, "orderBy": ordered_by, "ascending": True, "status": 200}
    yield f"{''.join(waiting)}], {json.dumps(tail)[1:]}".encode()


def record(fields: Fields) -> Fields:
    """The envelope of one record."""
    return {"records": [fields], "count": 1, "status": 200}

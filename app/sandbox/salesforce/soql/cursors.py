"""Results too long for one answer, kept until the client has fetched them."""

import secrets
import threading
from collections import OrderedDict
from typing import Any

from app.sandbox.salesforce.errors import error

KEPT = 50
SMALLEST, LARGEST = 200, 2000
"""The bounds of `batchSize`; Salesforce moves what lies outside to the nearest."""


class Cursors:
    """The newest open results; they do not survive a restart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()

    def open(self, rows: list[dict[str, Any]]) -> str:
        name = f"01g{secrets.token_hex(6)}AAA"
        with self._lock:
            self._rows[name] = rows
            while len(self._rows) > KEPT:
                self._rows.popitem(last=False)
        return name

    def rows(self, name: str) -> list[dict[str, Any]]:
        found = self._rows.get(name)
        if found is None:
            raise error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return found

    def clear(self) -> None:
        self._rows.clear()


def batch_size(wanted: str | None) -> int:
    """The rows of one answer."""
    if not wanted or not wanted.isdigit():
        return LARGEST
    return min(max(int(wanted), SMALLEST), LARGEST)

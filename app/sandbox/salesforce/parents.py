"""Which parents are locked: those of the records that are being written just now."""

import threading
from collections.abc import Iterable


class HeldParents:
    """Safe to use from many threads."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._lock = threading.Lock()

    def take(self, ids: Iterable[str]) -> set[str]:
        """Those of them that nobody else holds, which are the caller's from now on."""
        with self._lock:
            free = set(ids) - self._ids
            self._ids |= free
        return free

    def give_back(self, ids: set[str]) -> None:
        with self._lock:
            self._ids -= ids

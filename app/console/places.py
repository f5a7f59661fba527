"""The console takes only a few of a process's threads, however many ask for it: all others are for callbacks."""

import threading

from flask import g
from werkzeug.exceptions import ServiceUnavailable

BUSY = "busy"


class PagePlaces:
    """`count` requests at a time. `waiting` more wait for `patience` seconds, and hold a thread, too.

    All others hear at once that it is too much.
    """

    def __init__(self, count: int, patience: float = 0.0, waiting: int = 0) -> None:
        self._free = threading.Semaphore(count)
        self._chairs = threading.Semaphore(waiting)
        self._patience = patience

    def take(self) -> None:
        """Takes one for this request. Raises `ServiceUnavailable`."""
        if not (self._free.acquire(blocking=False) or self._is_free_soon()):
            raise ServiceUnavailable(BUSY)
        g.console_place = self._free

    def _is_free_soon(self) -> bool:
        if not self._chairs.acquire(blocking=False):
            return False
        try:
            return self._free.acquire(timeout=self._patience)
        finally:
            self._chairs.release()


def leave_place(_: BaseException | None) -> None:
    """Gives this request's place to the next one. To be called at its end."""
    place: threading.Semaphore | None = g.pop("console_place", None)
    if place is not None:
        place.release()

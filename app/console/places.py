"""The console takes only a few of a process's threads, however many ask for it: all others are for callbacks."""

import threading

from flask import g
from werkzeug.exceptions import ServiceUnavailable

BUSY = "busy"


class Places:
    """So many requests at a time. One more waits for so many seconds, and then hears that it is too much.

    Who waits has a thread, too: where twice as many wait, the next one hears it at once.
    """

    def __init__(self, count: int, patience: float) -> None:
        self._free = threading.Semaphore(count)
        self._waiting = threading.Semaphore(2 * count)
        self._patience = patience

    def take(self) -> None:
        """Takes one for this request. Raises `ServiceUnavailable`."""
        if not (self._free.acquire(blocking=False) or self._wait()):
            raise ServiceUnavailable(BUSY)
        g.console_place = self._free

    def _wait(self) -> bool:
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            return self._free.acquire(timeout=self._patience)
        finally:
            self._waiting.release()


def leave_place(_: BaseException | None) -> None:
    """Gives this request's place to the next one. To be called at its end."""
    place: threading.Semaphore | None = g.pop("console_place", None)
    if place is not None:
        place.release()

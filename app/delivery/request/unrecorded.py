"""Cases that were made while the ledger was away: they are entered when it is back."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from app.ledger.database import LedgerError

log = structlog.get_logger()

LOOK_SECONDS = 0.2
# What a process keeps in memory; beyond it a repeat still finds its Case by the unique index.
MOST = 10_000


@dataclass
class Unrecorded:
    """Keeps what is to be entered, and a thread that tries while there is something to enter."""

    _waiting: deque[Callable[[], None]] = field(default_factory=lambda: deque(maxlen=MOST))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _closing: threading.Event = field(default_factory=threading.Event)

    def add(self, enter: Callable[[], None]) -> None:
        """`enter` writes one entry; it raises `LedgerError` while the database is away."""
        with self._lock:
            self._waiting.append(enter)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="unrecorded", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Tries once more, and waits no longer for the database. What cannot be entered now, a repeat will find."""
        self._closing.set()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                enter = self._waiting[0]
            last = self._closing.is_set()
            try:
                enter()
            except LedgerError:
                if last:
                    return
                self._closing.wait(LOOK_SECONDS)
                continue
            except Exception as error:
                log.error("not_recorded", error=type(error).__name__, exc_info=error)
            with self._lock:
                # When more came than are kept, the oldest has made room meanwhile.
                if self._waiting and self._waiting[0] is enter:
                    self._waiting.popleft()

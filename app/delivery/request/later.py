"""What has to be written into the ledger when the request has gone: what came too late, or while it was away."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from app.ledger.database import LedgerError

log = structlog.get_logger()

LOOK_SECONDS = 0.2
# What a process keeps in memory; beyond it a lease runs out, and the unique index finds what was made.
MOST = 10_000


@dataclass
class Later:
    """Keeps what is to be written, and a thread that tries while there is something to write."""

    _waiting: deque[Callable[[], object]] = field(default_factory=lambda: deque(maxlen=MOST))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _closing: threading.Event = field(default_factory=threading.Event)

    def add(self, write: Callable[[], object]) -> None:
        """`write` writes one thing; it raises `LedgerError` while the database is away. Nobody waits for it here."""
        with self._lock:
            self._waiting.append(write)
            if self._thread is None:
                self._thread = self._start()

    def close(self) -> None:
        """Tries once more, and waits no longer for the database. What cannot be written now, a repeat will find."""
        self._closing.set()
        thread = self._thread
        if thread is not None:
            thread.join()
        else:
            self._run()

    def _start(self) -> threading.Thread | None:
        thread = threading.Thread(target=self._run, name="later", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            # The next one tries again, and whoever closes writes the rest.
            log.error("not_written_yet", error=type(error).__name__, exc_info=error)
            return None
        return thread

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                write = self._waiting[0]
            last = self._closing.is_set()
            try:
                write()
            except LedgerError:
                if last:
                    return
                self._closing.wait(LOOK_SECONDS)
                continue
            except Exception as error:
                log.error("not_written", error=type(error).__name__, exc_info=error)
            with self._lock:
                # When more came than are kept, the oldest has made room meanwhile.
                if self._waiting and self._waiting[0] is write:
                    self._waiting.popleft()

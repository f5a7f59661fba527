"""Whether a callback would be taken now."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

import structlog

from app.ledger.database import Database, LedgerError
from app.ledger.migrate import is_up_to_date
from app.ledger.patience import BRIEF, patience
from app.ledger.probe import try_to_store

log = structlog.get_logger()

# Any number of probes costs one write in this time.
FRESH_SECONDS = 1.5
# Who asks seldom waits longer; a database that hangs is as bad as none.
PATIENCE_SECONDS = 2.5


class NotReady(StrEnum):
    """Why no callback would be taken. The words are a contract, like those of `Reason`."""

    LEDGER_UNAVAILABLE = "ledger_unavailable"
    NOT_MIGRATED = "not_migrated"


@dataclass(frozen=True)
class Ready:
    """`reason` is none when a callback would be taken; `error` is what the database said."""

    reason: NotReady | None = None
    error: str | None = None


class Readiness:
    """Tries the database, but not for everybody who asks, and keeps nobody waiting. Safe to use from many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._lock = threading.Lock()
        self._trying: Future[Ready] | None = None
        self._began = 0.0
        self._migrated = False
        self._said: NotReady | None = None
        self._stumbled = False

    def now(self) -> Ready:
        """How it is, or was a moment ago."""
        with self._lock:
            old = time.monotonic() - self._began > FRESH_SECONDS
            if self._trying is None or (old and self._trying.done()):
                self._began = time.monotonic()
                self._trying = self._pool.submit(self._try)
            trying, end = self._trying, self._began + PATIENCE_SECONDS
        try:
            ready = trying.result(max(0.0, end - time.monotonic()))
        except TimeoutError:
            ready = Ready(NotReady.LEDGER_UNAVAILABLE, f"no answer within {PATIENCE_SECONDS} s")
        self._tell(ready)
        return ready

    def _try(self) -> Ready:
        patience.set(BRIEF)
        try:
            # Once is enough: no older Ringback takes anything back.
            self._migrated = self._migrated or is_up_to_date(self._database)
            if not self._migrated:
                return Ready(NotReady.NOT_MIGRATED)
            try_to_store(self._database)
        except LedgerError as error:
            return Ready(NotReady.LEDGER_UNAVAILABLE, _said(error))
        # A fault of this look says nothing of callbacks, which would get no answer if it made us unready.
        except Exception as error:
            if not self._stumbled:
                self._stumbled = True
                log.error("readiness_stumbled", error=type(error).__name__, exc_info=error)
            return Ready(error=type(error).__name__)
        return Ready()

    def _tell(self, ready: Ready) -> None:
        """One line when it changes, since the requests of probes are not logged."""
        with self._lock:
            before, self._said = self._said, ready.reason
        if ready.reason and ready.reason != before:
            log.error("not_ready", reason=ready.reason.value, error=ready.error)
        elif before and not ready.reason:
            log.info("ready_again")


def _said(error: LedgerError) -> str:
    """The database's own words, without the statement and its values."""
    original = getattr(error.__cause__, "orig", None)
    return f"{error}: {str(original).partition(chr(10))[0]}" if original else str(error)

"""What goes on beside the deliveries, by the clock."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from app.ledger.database import LedgerError

log = structlog.get_logger()
# An end does not wait longer for work whose database is away.
END_SECONDS = 1.0


@contextmanager
def repeated(work: Callable[[], object], seconds: float, name: str) -> Iterator[None]:
    """Does the work every so many seconds until the end of the block, the first time after as many."""
    end = threading.Event()

    def run() -> None:
        while not end.wait(seconds):
            try:
                work()
            except LedgerError as error:
                log.error("engine_waits", error=str(error))
            # An engine that is not seen any more counts as dead, and nobody is promised anything.
            except Exception as error:
                log.error("engine_stumbled", error=type(error).__name__, exc_info=error)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join(END_SECONDS)

"""Purges now and then in the background, in one process of the fleet."""

import threading
import time
import uuid

import structlog

from app.domain.entry import State
from app.ledger.database import LedgerError
from app.ledger.duties import Duties
from app.operations.purge import Purge

log = structlog.get_logger()

EVERY_SECONDS = 3600.0
LOOK_SECONDS = 60.0
SHORTEST_LOOK = 1.0


class Purging:
    """To be started in each process that runs an engine. `pace` stretches the times; 1 is normal."""

    def __init__(self, purge: Purge, pace: float = 1.0) -> None:
        self._purge = purge
        self._duties = Duties(purge.ledger.database)
        self._pace = pace

    def start(self, stop: threading.Event) -> None:
        """Returns at once; goes on until `stop` is set."""
        threading.Thread(target=self._run, args=(stop,), name="purge", daemon=True).start()

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(max(SHORTEST_LOOK, LOOK_SECONDS * self._pace)):
            try:
                if self._duties.take("purge", uuid.uuid4().hex, EVERY_SECONDS * self._pace):
                    self._purge_now()
            except LedgerError as error:
                log.warning("not_purged", error=str(error))
            # Whatever happens here is no reason to trouble the callbacks.
            except Exception as error:
                log.error("not_purged", error=type(error).__name__, exc_info=error)

    def _purge_now(self) -> None:
        began = time.monotonic()
        removed = self._purge.run()
        if removed.total:
            # Nobody acted on what had failed, and now nobody can.
            tell = log.warning if removed.payloads[State.FAILED] else log.info
            payloads = {state.value: number for state, number in removed.payloads.items()}
            seconds = round(time.monotonic() - began, 2)
            others = {"wishes": removed.wishes, "calls": removed.calls}
            tell("purged", payloads=payloads, entries=removed.entries, **others, seconds=seconds)

"""Tells the workers of the engine `procrastinate` that something waits."""

import threading
from dataclasses import dataclass, field
from typing import Any

import structlog
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from app.delivery.engine.procrastinate_jobs import CONNECTION, DELIVER, QUEUE, conninfo
from app.ledger.patience import BRIEF
from app.ledger.patient_connection import PatientConnection, gave_up_lately
from app.waiting import aside

log = structlog.get_logger()

# One thread is enough to connect, and `close` has to wait for each.
_POOL: dict[str, Any] = {
    "min_size": 0,
    "max_size": 2,
    "timeout": BRIEF,
    "num_workers": 1,
    "connection_class": PatientConnection,
    "kwargs": CONNECTION,
}


@dataclass
class Wake:
    """Opened when it is first called, which has to be after any fork."""

    url: str
    _app: App | None = None
    _connector: SyncPsycopgConnector | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> None:
        """Defers a job; the ledger has been committed by then. A database that is away is left to the minute's job."""
        if not gave_up_lately():
            aside(self._defer)

    def _defer(self) -> None:
        try:
            self._open().configure_task(DELIVER, queue=QUEUE, queueing_lock=DELIVER).defer()
        except AlreadyEnqueued:
            return
        # The callback is stored; that nobody could be woken must not change its answer.
        except Exception as error:
            log.warning("not_woken", error=type(error).__name__)
            self._renew()

    def close(self) -> None:
        """Gives the connections back. A process that ends without it waits many seconds for their threads."""
        with self._lock:
            if self._app is not None:
                self._app.close()
                self._app = None

    def _open(self) -> App:
        with self._lock:
            if self._app is None:
                self._connector = SyncPsycopgConnector(conninfo=conninfo(self.url), **_POOL)
                self._app = App(connector=self._connector).open()
            return self._app

    def _renew(self) -> None:
        """Opens new sessions: the old ones may be useless for ever, if their Postgres is a standby now."""
        with self._lock:
            if self._app is not None and self._connector is not None:
                self._connector.pool.drain()

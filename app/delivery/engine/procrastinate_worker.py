"""A worker of the engine `procrastinate`: a process of its own, for large installations."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Status

from app.delivery.engine.engine import Engine
from app.delivery.engine.procrastinate_jobs import CONNECTION, DELIVER, QUEUE, conninfo
from app.ledger.database import LedgerError

log = structlog.get_logger()

EVERY_MINUTE = "* * * * *"
# A job goes on looking for so long while something waits, and asks for the next one.
JOB_SECONDS = 10.0
# A worker that is told to end waits so long for the attempt that its job makes just now.
SHUTDOWN_SECONDS = 20.0
POOL_SECONDS = 2.0


@dataclass
class ProcrastinateWorker:
    """One process of any number. `wake` asks for another job while something waits, `open` waits for the ledger."""

    url: str
    engine: Engine
    wake: Callable[[], None]
    open: Callable[[threading.Event], None] = lambda _: None
    _stop: threading.Event = field(default_factory=threading.Event)
    _cancel: Callable[[], object] | None = field(default=None, init=False)

    def run(self) -> None:
        """Works until a signal comes; what is being attempted then is finished. Postgres may go and come back."""
        # What Procrastinate says of a database that is away is told in one line of ours.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        self.open(self._stop)
        with self.engine.beating():
            while not self._stop.is_set():
                try:
                    asyncio.run(self._until_stopped())
                # What the pool itself says is not wrapped.
                except (ConnectorException, psycopg.Error, OSError) as error:
                    log.error("worker_waits", error=type(error).__name__)
                    self._stop.wait(1.0)
        self.engine.end()

    async def _until_stopped(self) -> None:
        work, loop = asyncio.ensure_future(self._work()), asyncio.get_running_loop()
        self._cancel = lambda: loop.call_soon_threadsafe(work.cancel)
        if self._stop.is_set():  # the signal came just before
            self._cancel()
        try:
            await work
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
        finally:
            self._cancel = None

    async def _work(self) -> None:
        """Runs Procrastinate's worker; cancelled, it finishes what it does, or waits no longer for Postgres."""
        app = self._app()
        async with app.open_async():
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=2,
                shutdown_graceful_timeout=SHUTDOWN_SECONDS,
                listen_notify=True,
                # They would not tell our job to end.
                install_signal_handlers=False,
            )

    def _end(self, number: int, _: object) -> None:
        if self._stop.is_set() and number == signal.SIGINT:
            # Whoever says it twice means it: another worker takes over what is under way, when its lease is over.
            os._exit(1)
        self._stop.set()
        # Not by the thread that a signal interrupts, which may hold any lock.
        threading.Thread(target=self._end_delivery, name="end-delivery", daemon=True).start()
        if self._cancel is not None:
            self._cancel()

    def _end_delivery(self) -> None:
        log.warning("worker_ends", finishing_seconds=SHUTDOWN_SECONDS)
        self.engine.end_delivery()

    def _app(self) -> App:
        pool: dict[str, Any] = {"min_size": 1, "max_size": 8, "timeout": POOL_SECONDS, "kwargs": CONNECTION}
        app = App(connector=PsycopgConnector(conninfo=conninfo(self.url), **pool))
        app.task(name=DELIVER, queue=QUEUE, queueing_lock=DELIVER)(self._deliver)
        app.periodic(cron=EVERY_MINUTE)(
            app.task(name="sweep", queue=QUEUE, queueing_lock="sweep", pass_context=True)(_sweep)
        )
        return app

    def _deliver(self) -> None:
        end = time.monotonic() + JOB_SECONDS
        while time.monotonic() < end and not self._stop.is_set():
            if self.engine.try_once():
                continue
            # While the ledger is away something waits, as far as one can tell.
            with suppress(LedgerError):
                if not self.engine.anything_waits():
                    return
            self._stop.wait(self.engine.look_seconds)
            with suppress(LedgerError):
                if self.engine.claiming.only_others_wait():
                    break
        self.wake()


async def _sweep(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (Procrastinate gives it)
    """Every minute, once in the whole fleet: deliver what is due, and take up jobs whose worker has died."""
    app = context.app
    for job in await app.job_manager.get_stalled_jobs():
        try:
            await app.job_manager.retry_job(job)
        except (AlreadyEnqueued, UniqueViolation):
            # Another one waits already, and one is as good as two.
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
    with suppress(AlreadyEnqueued):
        await app.configure_task(DELIVER, queue=QUEUE, queueing_lock=DELIVER).defer_async()

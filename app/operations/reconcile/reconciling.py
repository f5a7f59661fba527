"""Reconciles now and then in the background, each source in one process of the fleet."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import structlog

from app.domain.errors import ConfigError, RingbackError
from app.domain.reasons import Reason
from app.domain.source import ReconcileOptions, Source
from app.jtel.access import JtelAccess
from app.jtel.client import JtelClient
from app.jtel.records import AcdEvent
from app.ledger.database import LedgerError
from app.ledger.duties import Duties
from app.ledger.reconcile_runs import ReconcileRuns
from app.metrics import Meter, Metric
from app.operations.reconcile.begin import Reconcile
from app.operations.reconcile.report import ReconcileReport

log = structlog.get_logger()

LOOK_SECONDS = 20.0
SHORTEST_LOOK = 1.0
# A process that has not been heard of for so long has died, and another goes on in its place. jtel may be silent for
# minutes before its list begins.
HOLD_SECONDS = 240.0


@dataclass(frozen=True)
class Reconciling:
    """To be started in each process that runs an engine. `pace` stretches the times.

    `access` says where a source's jtel is, or raises `ConfigError`: a file of the settings may be gone by now. `wake`
    calls an engine for what was taken in.
    """

    reconcile: Reconcile
    access: Callable[[Source], JtelAccess]
    meter: Meter
    pace: float = 1.0
    wake: Callable[[], None] = lambda: None
    # The same at each look: whether the ledger has heard of a turn is not always known.
    _holder: str = field(default_factory=lambda: uuid.uuid4().hex, init=False)

    def start(self, stop: threading.Event) -> None:
        """Returns at once; goes on until `stop` is set."""
        threading.Thread(target=self._run, args=(stop,), name="reconcile", daemon=True).start()

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(max(SHORTEST_LOOK, LOOK_SECONDS * self.pace)):
            for source in self.reconcile.in_force.loaded.config.sources.values():
                if source.reconcile is not None and not stop.is_set():
                    self._look(source, source.reconcile, stop)

    def _look(self, source: Source, options: ReconcileOptions, stop: threading.Event) -> None:
        """Whatever happens here is no reason to trouble the callbacks."""
        duties = Duties(self.reconcile.ledger.database)
        turn = _Turn(duties, source.name, self._holder, options.every * self.pace, stop)
        try:
            if turn.take():
                with closing(turn):
                    self._reconcile(source, options, turn)
        except LedgerError as error:
            log.warning("not_reconciled", source=source.name, error=str(error))
        except Exception as error:
            log.error("not_reconciled", source=source.name, error=type(error).__name__, exc_info=error)

    def _reconcile(self, source: Source, options: ReconcileOptions, turn: "_Turn") -> None:
        began = time.monotonic()
        comparison = self.reconcile.begin(source, options)
        error: RingbackError | None = None
        try:
            comparison.run(self._events(source), turn.go_on)
        except RingbackError as caught:
            error = caught
            log.warning("not_reconciled", source=source.name, reason=error.reason.word, message=error.message)
        finally:
            # The database may have gone in the middle.
            self._tell(comparison.report, error, time.monotonic() - began)
            if comparison.report.taken:
                self.wake()
        if error is not None or comparison.report.complete:
            ReconcileRuns(self.reconcile.ledger.database).note(source.name, error)

    def _events(self, source: Source) -> Iterator[AcdEvent]:
        try:
            access = self.access(source)
        except ConfigError as error:
            raise RingbackError(Reason.JTEL_NOT_CONFIGURED, "\n".join(error.problems)) from error
        return JtelClient(access).events()

    def _tell(self, report: ReconcileReport, error: RingbackError | None, seconds: float) -> None:
        for outcome, events in (("stored", report.taken), ("invalid", report.invalid)):
            for _ in events:
                self.meter.count(Metric.RECONCILED, report.source, outcome)
        if error is not None:
            self.meter.count(Metric.RECONCILE_FAILURES, report.source, error.reason.word)
        log.info(
            "reconcile_run",
            source=report.source,
            complete=report.complete,
            jtel_events=report.looked_at,
            same=report.same,
            taken=len(report.taken),
            invalid=len(report.invalid),
            left_out={why.word: count for why, count in report.left_out.items()},
            seconds=round(seconds, 2),
        )


@dataclass
class _Turn:
    """This process is the one that reconciles the source, and no other does before `every` is over."""

    duties: Duties
    source: str
    holder: str
    every: float
    stop: threading.Event

    def __post_init__(self) -> None:
        self._began = self._held = time.monotonic()
        self._worked = time.thread_time()
        self._name = f"reconcile:{self.source}"

    def take(self) -> bool:
        """Whether it is this process. Raises `LedgerError`."""
        return self._hold(HOLD_SECONDS)

    def go_on(self) -> bool:
        """After each chunk: callbacks have as much time as it has taken. Raises `LedgerError`."""
        self.stop.wait(time.thread_time() - self._worked)
        self._worked = time.thread_time()
        due = time.monotonic() - self._held > HOLD_SECONDS / 4
        return not self.stop.is_set() and (not due or self._hold(HOLD_SECONDS))

    def close(self) -> None:
        """The next begins when `every` is over, and jtel has rested as long as it worked. Raises `LedgerError`."""
        lasted = time.monotonic() - self._began
        self.duties.leave(self._name, self.holder, max(self.every - lasted, lasted))

    def _hold(self, seconds: float) -> bool:
        self._held = time.monotonic()
        return self.duties.take(self._name, self.holder, seconds)

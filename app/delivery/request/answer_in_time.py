"""Attempts an entry within the deadline of its request, and answers then, whatever hangs."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

import structlog

from app.delivery.attempt import Attempts
from app.delivery.entry import changes
from app.delivery.entry.settle import Result, will_wait
from app.delivery.entry.wording import ledger_away, nobody_delivers, outcome_of
from app.delivery.promise import Promise
from app.delivery.request.intake import Accepted
from app.domain.deadline import GRACE
from app.domain.entry import Decide, Entry, State
from app.domain.errors import CrmError, RingbackError
from app.domain.outcome import Outcome
from app.domain.reasons import Reason
from app.domain.record import Written
from app.ledger.database import LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.ledger import Ledger

log = structlog.get_logger()

# An attempt that is being settled at the deadline gets this long to say how.
SETTLE_SECONDS = 3.0


@dataclass(frozen=True)
class InTime:
    """Attempts run in the threads of `pool`, because nothing else bounds the time of a name look-up."""

    ledger: Ledger
    attempts: Attempts
    heartbeats: Heartbeats
    pool: ThreadPoolExecutor
    wake: Callable[[], None]

    def attempt(self, accepted: Accepted, entry: Entry) -> Outcome:
        """Attempts an entry that this request has leased."""
        promise = Promise(lambda error: self._ending(accepted, error))
        attempts = self.attempts.under(accepted.config)
        running: Future[tuple[Entry, Result]] = self.pool.submit(
            copy_context().run,
            lambda: attempts.run(entry, accepted.callback, accepted.rule, accepted.deadline, promise=promise),
        )
        try:
            settled, result = running.result(accepted.deadline.remaining() + GRACE)
        except TimeoutError:
            return self._overdue(accepted, entry, promise, running)
        return self._answer(accepted, settled, result, promise.ending)

    def hold(self, accepted: Accepted, entry: Entry, error: CrmError) -> Outcome:
        """Does not attempt an entry that this request has leased, since delivery is paused, which the error says."""
        ending = self._ending(accepted, error)
        held = self._change(entry, changes.hold(entry, error, ending))
        return self._answer(accepted, held, error, ending)

    def _answer(self, accepted: Accepted, entry: Entry, result: Result, ending: RingbackError | None) -> Outcome:
        """What to say of an entry as it is after `result`, or after `ending`."""
        if isinstance(result, Written):
            return Outcome.of_record(result, accepted.callback.event_id, accepted.rule.name)
        # Without its database nobody knows whether it was settled; what it will be when it is, can be known.
        waits = will_wait(entry, result, may_wait=ending is None)
        if entry.state in (State.REFUSED, State.FAILED):
            return refused_as(accepted, ending if ending and ending.reason.word == entry.reason else result)
        if entry.state is State.RECEIVED and not waits:
            # It could not be written down, so an engine will try it again; what is permanent will be refused then, too.
            return refused_as(accepted, result if result.permanent else ledger_away())
        self.wake()
        return outcome_of(entry, reason=result.reason, message=result.message)

    def _change(self, entry: Entry, decide: Decide) -> Entry:
        """The entry after the change; as it was when the database is away."""
        try:
            return self.ledger.change(entry.id, decide) or entry
        except LedgerError as error:
            log.error("ledger_unavailable", event_id=entry.event_id, error=str(error))
            return entry

    def _overdue(
        self, accepted: Accepted, entry: Entry, promise: Promise, running: "Future[tuple[Entry, Result]]"
    ) -> Outcome:
        if accepted.refusal is not None:
            return refused_as(accepted, accepted.refusal)
        if promise.give():
            # The ledger is told as well, for whoever may have to take over.
            promised = self._change(entry, changes.promise)
            self.wake()
            return outcome_of(promised, reason=Reason.CRM_TIMEOUT)
        try:
            settled, result = running.result(SETTLE_SECONDS)
        except TimeoutError:
            settled, result = entry, promise.result or ledger_away()
        return self._answer(accepted, settled, result, promise.ending)

    def _ending(self, accepted: Accepted, error: RingbackError) -> RingbackError | None:
        """What ends the callback where this error would let it wait; nothing if it may."""
        if error.permanent or not accepted.sent.source.queue_when_away:
            return error
        try:
            return None if self.heartbeats.alive() else nobody_delivers()
        except LedgerError:
            # Whether an engine runs nobody can tell now.
            return None


def refused_as(accepted: Accepted, error: RingbackError) -> Outcome:
    """The 500 for this error."""
    return Outcome.of_error(error, accepted.callback.event_id, accepted.rule.name)

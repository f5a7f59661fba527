"""Attempts an entry within the deadline of its request, and answers then, whatever hangs."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace

import structlog

from app.delivery import moves
from app.delivery.attempt import Attempts
from app.delivery.intake import Accepted
from app.delivery.outcomes import ledger_away, nobody_delivers, outcome_of
from app.delivery.promise import Promise
from app.delivery.settle import Result, will_wait
from app.delivery.states import Event
from app.domain.deadline import GRACE
from app.domain.entry import Entry, State
from app.domain.errors import RingbackError
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
        may_wait, promise = accepted.sent.source.queue_when_away, Promise()
        attempts = self.attempts.under(accepted.config)
        running: Future[tuple[Entry, Result]] = self.pool.submit(
            copy_context().run,
            lambda: attempts.run(
                entry, accepted.callback, accepted.rule, accepted.deadline, may_wait=may_wait, promise=promise
            ),
        )
        try:
            settled, result = running.result(accepted.deadline.remaining() + GRACE)
        except TimeoutError:
            return self._overdue(accepted, entry, promise, running)
        return self.answer(accepted, settled, result, promised=entry.promised or promise.by_another)

    def answer(self, accepted: Accepted, entry: Entry, result: Result, *, promised: bool) -> Outcome:
        """What to say of an entry as it is after `result`; `promised` when somebody was told so before."""
        if isinstance(result, Written):
            return Outcome.of_record(result, accepted.callback.event_id, accepted.rule.name)
        # Without its database nobody knows whether it was settled; what it will be when it is, can be known.
        waits = will_wait(entry, result, may_wait=accepted.sent.source.queue_when_away)
        if entry.state in (State.REFUSED, State.FAILED):
            return refused_as(accepted, result)
        if entry.state is State.RECEIVED and not waits:
            # It could not be written down, so an engine will try it again; what is permanent will be refused then, too.
            return refused_as(accepted, result if result.permanent else ledger_away())
        if entry.state is State.WAITING and not entry.unknown and not promised:
            entry = self._give_back(entry)
            if entry.state is State.REFUSED:
                return refused_as(accepted, nobody_delivers())
        self.wake()
        return outcome_of(entry, reason=result.reason, message=result.message)

    def change(self, entry: Entry, move: moves.Move) -> Entry:
        """The entry after the move; as it was when the database is away."""
        try:
            return self.ledger.change(entry.id, move) or entry
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
            promised = self.change(entry, moves.promise)
            self.wake()
            return outcome_of(promised, reason=Reason.CRM_TIMEOUT)
        try:
            settled, result = running.result(SETTLE_SECONDS)
        except TimeoutError:
            settled, result = entry, promise.result or ledger_away()
        return self.answer(accepted, settled, result, promised=entry.promised or promise.by_another)

    def _give_back(self, entry: Entry) -> Entry:
        """Ends the entry if no engine runs that would deliver it; it counts as ended when that is in doubt."""
        try:
            if self.heartbeats.alive():
                return entry
        except LedgerError:
            # It waits in the ledger, and whether an engine runs nobody can tell now.
            return entry
        try:
            line = self.attempts.decided(Event.GIVEN_BACK, Reason.ENGINE_NOT_RUNNING)
            return self.ledger.change(entry.id, moves.give_back, moved=line) or entry
        except LedgerError:
            return replace(entry, state=State.REFUSED)


def refused_as(accepted: Accepted, error: RingbackError) -> Outcome:
    """The 500 for this error."""
    return Outcome.of_error(error, accepted.callback.event_id, accepted.rule.name)

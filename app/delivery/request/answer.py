"""Attempts an entry while jtel waits, and says by the deadline what came of it."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

import structlog

from app.delivery.attempt import Attempts
from app.delivery.bounded import OverdueError
from app.delivery.entry.changes import promise
from app.delivery.entry.settle import Result, settle, turn_never_came, will_wait
from app.delivery.entry.wording import ledger_away, nobody_delivers, outcome_of, paused
from app.delivery.request.intake import Accepted, Stored
from app.delivery.request.later import Later
from app.domain.entry import ENDED, Decide, Entry, State
from app.domain.errors import CrmError, RingbackError
from app.domain.outcome import Outcome
from app.domain.reasons import Reason
from app.domain.record import Written
from app.ledger.database import LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.pauses import pause_of
from app.waiting import TimeSpent, time_spent

log = structlog.get_logger()

_TOO_LATE = "Salesforce answered after the deadline. It is asked again, which makes no second Case."


@dataclass(frozen=True)
class Answering:
    """The request does it all; what hangs is left to the courier, and what came late to `later`."""

    attempts: Attempts
    heartbeats: Heartbeats
    later: Later
    wake: Callable[[], None]

    def first(self, accepted: Accepted, stored: Stored) -> Outcome:
        """Attempts what has just been stored, unless its delivery is paused."""
        why = self._pause(accepted) if stored.paused else None
        # What the mapping refuses would be refused after the pause as well; nobody has to be promised anything.
        if why is None or isinstance(accepted.mapped, Exception):
            return self.attempt(accepted, stored.entry)
        return self._hold(accepted, stored.entry, why)

    def attempt(self, accepted: Accepted, entry: Entry) -> Outcome:
        """Attempts an entry that this request has leased."""
        with time_spent() as spent:
            attempts = self.attempts.under(accepted.config)
            result = attempts.deliver(entry, accepted.callback, accepted.rule, accepted.deadline, accepted.mapped)
        if isinstance(result, Written):
            # It is true all the same.
            if accepted.deadline.remaining():
                attempts.settle(entry, accepted.rule.name, result, spent)
            else:
                self._write_later(accepted, entry, result, spent)
            return accepted.ends_with(result)
        if isinstance(result, OverdueError):
            return self._promise(accepted, entry, result, spent)
        if turn_never_came(result):
            return self._hold(accepted, entry, result)
        spent.stop()
        # Others hear of it before this one waits for an engine.
        attempts.note(result, accepted.rule.name, entry.id)
        try:
            ending = self._ending(accepted, entry, result)
        except LedgerError:
            # One wait for the database is enough. Whether an engine runs nobody can tell now.
            self._write_later(accepted, entry, result, spent)
            return self._answer(accepted, entry, result, None)
        settled = attempts.settle(entry, accepted.rule.name, result, spent, ending=ending, noted=True)
        return self._answer(accepted, settled, result, ending)

    def _pause(self, accepted: Accepted) -> CrmError | None:
        """The error of a callback that waits for a pause."""
        try:
            pause = pause_of(accepted.rule.name, self.attempts.troubles.pauses.all())
        except LedgerError as error:
            # Then Salesforce is asked all the same.
            log.error("ledger_unavailable", rule=accepted.rule.name, error=str(error))
            return None
        return paused(pause) if pause else None

    def _hold(self, accepted: Accepted, entry: Entry, error: RingbackError) -> Outcome:
        """Sends nothing of an entry that this request has leased. It waits, for the reason that the error says."""
        ending, rule = None, accepted.rule.name
        try:
            ending = self._ending(accepted, entry, error)
            entry = self.attempts.ledger.change(entry.id, settle(entry, rule, error, ending=ending)) or entry
        except LedgerError as trouble:
            log.error("ledger_unavailable", event_id=entry.event_id, error=str(trouble))
            if ending is None:
                # One wait for the database is enough: it is `queued`, so it has to wait.
                self._change_later(entry, settle(entry, rule, error))
        return self._answer(accepted, entry, error, ending)

    def _answer(self, accepted: Accepted, entry: Entry, error: RingbackError, ending: RingbackError | None) -> Outcome:
        """What to say of an entry as it is after `error`, or after `ending`."""
        # Without its database nobody knows whether it was settled; what it will be when it is, can be known.
        waits = will_wait(entry, error, may_wait=ending is None)
        if entry.state in (State.REFUSED, State.FAILED):
            return accepted.ends_with(ending if ending and ending.reason.word == entry.reason else error)
        if entry.state is State.RECEIVED and not waits:
            # It could not be written down, so an engine will try it again; what is permanent will be refused then, too.
            return accepted.ends_with(error if error.permanent else ledger_away())
        if entry.state not in ENDED:
            self.wake()
        return outcome_of(entry, reason=error.reason, message=error.message)

    def _promise(self, accepted: Accepted, entry: Entry, overdue: OverdueError, spent: TimeSpent) -> Outcome:
        """It may be in Salesforce already: jtel hears `queued`, and what comes late is only written down."""
        # For people who look meanwhile: whoever takes over from a dead process knows it without.
        self._change_later(entry, promise)
        overdue.late.add_done_callback(lambda done: self._settle_late(accepted, entry, done, spent))
        self.wake()
        return outcome_of(entry, reason=overdue.reason)

    def _change_later(self, entry: Entry, decide: Decide) -> None:
        self.later.add(lambda: self.attempts.ledger.change(entry.id, decide))

    def _settle_late(self, accepted: Accepted, entry: Entry, done: Future[Written], spent: TimeSpent) -> None:
        """Created is delivered. All else waits: only an attempt knows what to make of it."""
        result = self.attempts.caught(done.result)
        is_new = isinstance(result, Written) and result.created
        self._write_later(accepted, entry, result if is_new else _waiting(result), spent, result)

    def _write_later(
        self, accepted: Accepted, entry: Entry, result: Result, spent: TimeSpent, met: Result | None = None
    ) -> None:
        """Nobody waits for the database. `met` as in `Attempts.settle_late`."""
        attempts = self.attempts.under(accepted.config)
        self.later.add(lambda: attempts.settle_late(entry, accepted.rule.name, result, spent, met))

    def _ending(self, accepted: Accepted, entry: Entry, error: RingbackError) -> RingbackError | None:
        """The error that ends the callback where it may not wait; nothing if it may or has to. Raises `LedgerError`."""
        if will_wait(entry, error, may_wait=False):
            return None
        if error.permanent or not accepted.sent.source.queue_when_away:
            return error
        return None if self.heartbeats.alive_by(accepted.deadline) else nobody_delivers()


def _waiting(result: Result) -> CrmError:
    """The error with which the entry waits after a result that came too late: it has to be tried again."""
    if isinstance(result, CrmError) and not result.permanent:
        return result
    unknown = not isinstance(result, CrmError) or result.outcome_unknown
    return CrmError(Reason.CRM_TIMEOUT, _TOO_LATE, outcome_unknown=unknown).after_dropping(result.dropped)

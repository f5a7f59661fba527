"""Takes a callback from jtel, stores it, and sees it through until the deadline."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog

from app.delivery import moves
from app.delivery.attempt import Attempts
from app.delivery.current import Current
from app.delivery.intake import Accepted, Intake, Sent
from app.delivery.outcomes import ledger_away, nobody_delivers, outcome_of, paused
from app.delivery.settle import Result
from app.delivery.unrecorded import Unrecorded
from app.domain.deadline import Deadline
from app.domain.entry import Entry, State
from app.domain.errors import MappingError, PayloadError, RingbackError
from app.domain.outcome import Outcome
from app.domain.reasons import Reason
from app.domain.record import Written
from app.ledger.database import LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.ledger import Ledger
from app.ledger.pauses import ORG, Pauses, rule_scope
from app.mapping.rules import Rule
from app.payload import read

log = structlog.get_logger()

# The network's own time-outs end at the deadline; this is the time they get to say so.
GRACE = 0.25
# How often a repeat looks whether the request that holds the lease is done.
LOOK_AGAIN = 0.05


@dataclass
class Delivery:
    """Accepts callbacks. Safe to use from many threads; `seconds` is the time to answer in, `wake` calls an engine.

    Attempts run in threads of their own, because nothing else bounds the time of a name look-up: the request is
    answered at the deadline, whatever hangs.
    """

    current: Current
    ledger: Ledger
    intake: Intake
    attempts: Attempts
    pauses: Pauses
    heartbeats: Heartbeats
    seconds: float
    threads: int
    wake: Callable[[], None]
    _pool: ThreadPoolExecutor = field(init=False)
    _unrecorded: Unrecorded = field(default_factory=Unrecorded, init=False)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="attempt")

    def accept(self, sent: Sent) -> Outcome:
        """What became of the callback in this request. Raises nothing that is the request's or the CRM's fault."""
        deadline = Deadline(self.seconds)
        try:
            accepted = self._read(sent, deadline)
        except PayloadError as error:
            return self._invalid(sent, error)
        try:
            entry, fresh = self.intake.store(accepted)
        except LedgerError as error:
            log.error("ledger_unavailable", event_id=accepted.callback.event_id, error=str(error))
            return self._without_ledger(accepted)
        try:
            return self._first(accepted, entry) if fresh else self._again(accepted, entry)
        except LedgerError as error:
            log.error("ledger_unavailable", event_id=accepted.callback.event_id, error=str(error))
            if entry.state in (State.REFUSED, State.FAILED):
                return self._refused(accepted, ledger_away())
            # It is stored and leased: an engine takes it over when the database is back.
            return outcome_of(entry, reason=Reason.LEDGER_UNAVAILABLE)

    def _read(self, sent: Sent, deadline: Deadline) -> Accepted:
        if sent.problem is not None:
            raise sent.problem
        now = self.current.get()
        # What let the request in may just have been replaced.
        source = now.config.sources.get(sent.source.name, sent.source)
        callback = read(sent.body, sent.query, source, datetime.now(UTC))
        accepted = Accepted(sent, callback, now.config.rule_for(callback), deadline, now.hash)
        try:
            return replace(accepted, object=accepted.rule.apply(callback).object)
        except MappingError as error:
            return replace(accepted, refusal=error)

    def _invalid(self, sent: Sent, error: PayloadError) -> Outcome:
        try:
            self.intake.keep_invalid(sent, error)
        except LedgerError as trouble:
            log.error("not_kept", reason=error.reason.word, error=str(trouble))
        return Outcome.of_error(error)

    def _first(self, accepted: Accepted, entry: Entry) -> Outcome:
        reason = self._paused_by(accepted.rule)
        # What the mapping refuses would be refused after the pause as well; nobody has to be promised anything.
        if reason is None or accepted.refusal is not None:
            return self._attempt(accepted, entry)
        held = moves.hold(reason, waits=accepted.sent.source.queue_when_away)
        return self._answer(accepted, self.ledger.change(entry.id, held) or entry, paused(reason), promised=False)

    def _again(self, accepted: Accepted, entry: Entry) -> Outcome:
        while entry.state is State.RECEIVED and accepted.deadline.remaining() > 0:
            time.sleep(LOOK_AGAIN)
            entry = self.ledger.get(entry.id) or entry
        if self._is_stuck(entry):
            lease = uuid.uuid4().hex
            entry = self.ledger.change(entry.id, moves.claim(lease, self.intake.lease_seconds)) or entry
            if entry.lease == lease:
                return self._attempt(accepted, entry)
        if accepted.refusal is not None and entry.state is State.RECEIVED:
            return self._refused(accepted, accepted.refusal)
        return outcome_of(self._promise(entry))

    def _is_stuck(self, entry: Entry) -> bool:
        """Whether nobody but this request will try the entry again."""
        stopped = entry.state in (State.REFUSED, State.FAILED)
        return stopped or (entry.state is State.WAITING and not self.heartbeats.alive())

    def _attempt(self, accepted: Accepted, entry: Entry) -> Outcome:
        may_wait = accepted.sent.source.queue_when_away
        attempts = self.attempts.under(accepted.config)
        running: Future[tuple[Entry, Result]] = self._pool.submit(
            copy_context().run,
            lambda: attempts.run(entry, accepted.callback, accepted.rule, accepted.deadline, may_wait=may_wait),
        )
        try:
            settled, result = running.result(accepted.deadline.remaining() + GRACE)
        except TimeoutError:
            if accepted.refusal is not None:
                return self._refused(accepted, accepted.refusal)
            promised = self._promise(entry)
            self.wake()
            return outcome_of(promised, reason=Reason.CRM_TIMEOUT)
        return self._answer(accepted, settled, result, promised=entry.promised)

    def _promise(self, entry: Entry) -> Entry:
        if entry.state is not State.RECEIVED:
            return entry
        return self.ledger.change(entry.id, moves.promise) or entry

    def _answer(self, accepted: Accepted, entry: Entry, result: Result, *, promised: bool) -> Outcome:
        if isinstance(result, Written):
            return Outcome.of_record(result, accepted.callback.event_id, accepted.rule.name)
        # Without its database it could not be settled; whoever takes it over will be refused like us.
        unsettled = entry.state is State.RECEIVED and result.permanent
        if unsettled or entry.state in (State.REFUSED, State.FAILED):
            return self._refused(accepted, result)
        mine = entry.state is State.WAITING and not entry.unknown and not promised
        if mine and not self.heartbeats.alive():
            entry = self.ledger.change(entry.id, moves.give_back) or entry
            if entry.state is State.REFUSED:
                return self._refused(accepted, nobody_delivers())
        self.wake()
        return outcome_of(entry, reason=result.reason, message=result.message)

    def _refused(self, accepted: Accepted, error: RingbackError) -> Outcome:
        return Outcome.of_error(error, accepted.callback.event_id, accepted.rule.name)

    def _without_ledger(self, accepted: Accepted) -> Outcome:
        """The database is away: try Salesforce all the same, and promise nothing."""
        crm, external_id = self.attempts.crm, accepted.callback.external_id
        try:
            record = accepted.rule.apply(accepted.callback)
            running = self._pool.submit(crm.create, record, external_id, accepted.deadline)
            running.add_done_callback(lambda done: self._remember(accepted, done))
            written = running.result(accepted.deadline.remaining() + GRACE)
        except (RingbackError, TimeoutError):
            return self._refused(accepted, ledger_away())
        # One that was there may be of other content, which only the ledger could tell.
        return (
            Outcome.of_record(written, accepted.callback.event_id, accepted.rule.name)
            if written.created
            else self._refused(accepted, ledger_away())
        )

    def _remember(self, accepted: Accepted, done: "Future[Written]") -> None:
        if done.exception() is None and (written := done.result()).created:
            self._unrecorded.add(lambda: self._record(accepted, written))

    def _record(self, accepted: Accepted, written: Written) -> None:
        """Enters a Case that was made without the ledger. Raises `LedgerError`."""
        entry, _ = self.intake.store(accepted)
        self.attempts.under(accepted.config).settle(entry, accepted.rule.name, written, time.time())

    def _paused_by(self, rule: Rule) -> Reason | None:
        pauses = self.pauses.lately()
        pause = pauses.get(ORG) or pauses.get(rule_scope(rule.name))
        return next((reason for reason in Reason if pause and reason.word == pause.reason), None)

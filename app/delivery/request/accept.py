"""Takes a callback from jtel, stores it, and sees it through until the deadline."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog

from app.delivery.attempt import Attempts
from app.delivery.entry import changes
from app.delivery.entry.claims import may_be_tried
from app.delivery.entry.wording import ledger_away, outcome_of, paused
from app.delivery.request.answer_in_time import InTime, refused_as
from app.delivery.request.intake import Accepted, Intake, Sent
from app.delivery.request.without_ledger import WithoutLedger
from app.domain.deadline import Deadline
from app.domain.entry import Entry, State
from app.domain.errors import CrmError, MappingError, PayloadError
from app.domain.outcome import Outcome
from app.ledger.database import LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.ledger import Ledger
from app.ledger.pauses import ORG, Pauses, rule_scope
from app.mapping.rules import Rule
from app.payload import read
from app.rules_in_force.in_force import InForce

log = structlog.get_logger()

# How often a repeat looks whether the request that holds the lease is done.
LOOK_AGAIN = 0.05


@dataclass
class Delivery:
    """Accepts callbacks. Safe to use from many threads; `seconds` is the time to answer in, `wake` calls an engine."""

    current: InForce
    ledger: Ledger
    intake: Intake
    attempts: Attempts
    pauses: Pauses
    heartbeats: Heartbeats
    seconds: float
    threads: int
    wake: Callable[[], None]
    _pool: ThreadPoolExecutor = field(init=False)
    _in_time: InTime = field(init=False)
    _without_ledger: WithoutLedger = field(init=False)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="attempt")
        self._in_time = InTime(self.ledger, self.attempts, self.heartbeats, self._pool, self.wake)
        self._without_ledger = WithoutLedger(self.intake, self.attempts, self._pool)

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
            return self._without_ledger.attempt(accepted)
        return self._first(accepted, entry) if fresh else self._again(accepted, entry)

    def close(self) -> None:
        """Waits for the attempts that have outlived their requests."""
        self._pool.shutdown()
        self._without_ledger.close()

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
        # A bug must not lose the callback: its attempt meets it again, when it is stored, and tells it.
        except Exception:
            return accepted

    def _invalid(self, sent: Sent, error: PayloadError) -> Outcome:
        try:
            self.intake.keep_invalid(sent, error)
        except LedgerError as trouble:
            log.error("not_kept", reason=error.reason.word, error=str(trouble))
        return Outcome.of_error(error)

    def _first(self, accepted: Accepted, entry: Entry) -> Outcome:
        error = self._paused_by(accepted.rule)
        # What the mapping refuses would be refused after the pause as well; nobody has to be promised anything.
        if error is None or accepted.refusal is not None:
            return self._in_time.attempt(accepted, entry)
        return self._in_time.hold(accepted, entry, error)

    def _again(self, accepted: Accepted, entry: Entry) -> Outcome:
        try:
            if entry.state is State.RECEIVED and not self._may_try(entry):
                entry = self._watch(entry, accepted.deadline)
            if self._may_try(entry):
                lease = uuid.uuid4().hex
                claim = self.intake.claim(accepted, lease, engine_alive=self.heartbeats.alive())
                entry = self.ledger.change(entry.id, claim) or entry
                if entry.lease == lease:
                    return self._in_time.attempt(accepted, entry)
                # Another request was faster.
                entry = self._watch(entry, accepted.deadline)
            if accepted.refusal is not None and entry.state is State.RECEIVED:
                return refused_as(accepted, accepted.refusal)
            if entry.state is State.RECEIVED:
                # Whoever attempts it must know that it was answered with a 200.
                entry = self.ledger.change(entry.id, changes.promise) or entry
        except LedgerError as error:
            log.error("ledger_unavailable", event_id=entry.event_id, error=str(error))
            # What waited is ours, whatever became of it since. All else may be refused behind our back.
            if entry.state is not State.WAITING:
                return refused_as(accepted, ledger_away())
        return outcome_of(entry)

    def _watch(self, entry: Entry, deadline: Deadline) -> Entry:
        """The entry when whoever attempts it is done, or at the deadline. Raises `LedgerError`."""
        while entry.state is State.RECEIVED and deadline.remaining() > 0:
            time.sleep(LOOK_AGAIN)
            entry = self.ledger.get(entry.id) or entry
        return entry

    def _may_try(self, entry: Entry) -> bool:
        """Whether nobody but this request will try the entry. Raises `LedgerError`."""
        if entry.state in (State.DELIVERED, State.DISCARDED):
            return False
        return may_be_tried(entry, self.ledger.now(), engine_alive=self.heartbeats.alive())

    def _paused_by(self, rule: Rule) -> CrmError | None:
        try:
            pauses = self.pauses.lately()
        except LedgerError as error:
            # Then Salesforce is asked all the same.
            log.error("ledger_unavailable", rule=rule.name, error=str(error))
            return None
        pause = pauses.get(ORG) or pauses.get(rule_scope(rule.name))
        return paused(pause) if pause else None

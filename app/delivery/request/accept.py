"""Takes a callback from jtel, stores it, and sees it through until the deadline."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog
from structlog.contextvars import bound_contextvars

from app.delivery.attempt import Attempts, map_by
from app.delivery.entry import changes
from app.delivery.entry.claims import may_be_tried
from app.delivery.entry.wording import ledger_away, outcome_of
from app.delivery.request.answer import Answering
from app.delivery.request.intake import Accepted, Intake, Sent
from app.delivery.request.later import Later
from app.delivery.request.without_ledger import WithoutLedger
from app.domain.entry import UNFINISHED, Entry, State
from app.domain.errors import MappingError, PayloadError
from app.domain.outcome import Outcome
from app.ledger.database import LedgerError
from app.ledger.heartbeats import Heartbeats
from app.payload import read
from app.rules_in_force.in_force import InForce
from app.waiting import Deadline, looks

log = structlog.get_logger()

# How soon a repeat looks whether the request that holds the lease is done; then less and less often.
LOOK_AGAIN = 0.05
SELDOM = 0.4


@dataclass
class Delivery:
    """Accepts callbacks. Safe to use from many threads; `seconds` is the time to answer in, `wake` calls an engine."""

    in_force: InForce
    intake: Intake
    attempts: Attempts
    heartbeats: Heartbeats
    seconds: float
    wake: Callable[[], None]
    _later: Later = field(default_factory=Later, init=False)
    _answering: Answering = field(init=False)
    _without_ledger: WithoutLedger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = self.attempts.ledger
        self._answering = Answering(self.attempts, self.heartbeats, self._later, self.wake)
        self._without_ledger = WithoutLedger(self.intake, self.attempts, self._later)

    def accept(self, sent: Sent) -> Outcome:
        """What became of the callback in this request. Raises nothing that is the request's or the CRM's fault."""
        try:
            accepted = self.read(sent)
        except PayloadError as error:
            return self._invalid(sent, error)
        with bound_contextvars(event_id=accepted.callback.event_id):
            try:
                stored = self.intake.store(accepted)
            except LedgerError as error:
                log.error("ledger_unavailable", error=str(error))
                return self._without_ledger.attempt(_mapped(accepted))
            accepted = _mapped(accepted)
            return self._answering.first(accepted, stored) if stored.fresh else self._again(accepted, stored.entry)

    def close(self) -> None:
        """Writes down what came late. To be called when the courier has closed."""
        self._later.close()

    def read(self, sent: Sent) -> Accepted:
        """The callback with its rule; and with its record, unless its mapper might end this process over it.

        Such a mapper is asked when the callback is stored. Raises `PayloadError`.
        """
        deadline = Deadline(self.seconds)
        if sent.problem is not None:
            raise sent.problem
        now = self.in_force.loaded
        # What let the request in may just have been replaced.
        source = now.config.sources.get(sent.source.name, sent.source)
        callback = read(sent.body, sent.query, source, datetime.now(UTC))
        rule = now.config.rule_for(callback)
        mapped = map_by(rule, callback) if rule.is_own else None
        return Accepted(sent, callback, rule, deadline, now.hash, mapped)

    def _invalid(self, sent: Sent, error: PayloadError) -> Outcome:
        try:
            self.intake.keep_invalid(sent, error)
        except LedgerError as trouble:
            log.error("not_kept", reason=error.reason.word, error=str(trouble))
        return Outcome.of_error(error)

    def _again(self, accepted: Accepted, entry: Entry) -> Outcome:
        try:
            # What has ended no engine tries, alive or not.
            alive = entry.state not in UNFINISHED or self.heartbeats.alive()
            if entry.state is State.RECEIVED and not self._may_try(entry, engine_alive=alive):
                entry = self._watch(entry, accepted.deadline)
            if self._may_try(entry, engine_alive=alive):
                lease = uuid.uuid4().hex
                claim = self.intake.claim(accepted, lease, engine_alive=alive)
                entry = self.ledger.change(entry.id, claim) or entry
                if entry.lease == lease:
                    return self._answering.attempt(self._as_edited(accepted, entry), entry)
                # Another request was faster.
                entry = self._watch(entry, accepted.deadline)
            if isinstance(accepted.mapped, MappingError) and entry.state is State.RECEIVED:
                return accepted.ends_with(accepted.mapped)
            if entry.state is State.RECEIVED:
                # Whoever attempts it must know that it was answered with a 200.
                entry = self.ledger.change(entry.id, changes.promise) or entry
        except LedgerError as error:
            log.error("ledger_unavailable", error=str(error))
            # What waited is ours, whatever became of it since. All else may be refused behind our back.
            if entry.state is not State.WAITING:
                return accepted.ends_with(ledger_away())
        return outcome_of(entry)

    def _as_edited(self, accepted: Accepted, entry: Entry) -> Accepted:
        """What a person has edited is delivered so, though jtel repeats what it has sent. Raises `LedgerError`."""
        if entry.edited_at is None or (whole := self.ledger.get(entry.id)) is None:
            return accepted
        body, query = whole.payload
        try:
            edited = self.read(replace(accepted.sent, body=body, query=query))
        except PayloadError as error:
            return replace(accepted, mapped=error)
        return _mapped(replace(edited, deadline=accepted.deadline))

    def _watch(self, entry: Entry, deadline: Deadline) -> Entry:
        """The entry when whoever attempts it is done, or at the deadline. Raises `LedgerError`."""
        if entry.state is State.RECEIVED:
            for _ in looks(deadline, LOOK_AGAIN, SELDOM):
                entry = self.ledger.get(entry.id) or entry
                if entry.state is not State.RECEIVED:
                    break
        return entry

    def _may_try(self, entry: Entry, *, engine_alive: bool) -> bool:
        """Whether nobody but this request will try the entry. Raises `LedgerError`."""
        if entry.state in (State.DELIVERED, State.DISCARDED):
            return False
        return may_be_tried(entry, self.ledger.now(), engine_alive=engine_alive)


def _mapped(accepted: Accepted) -> Accepted:
    """The same with its record, or with the error of its mapping."""
    if accepted.mapped is not None:
        return accepted
    return replace(accepted, mapped=map_by(accepted.rule, accepted.callback, accepted.deadline.remaining()))

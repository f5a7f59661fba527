"""Takes a call that jtel tells of, stores it, and tells the caller's open Cases of it until the deadline."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from app.delivery.served.callbacks import callbacks_of
from app.delivery.served.noting import LEASE_SECONDS, Noting
from app.domain.errors import PayloadError, RingbackError
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.served_call import CaseNote, ServedCall, ServedCase
from app.domain.source import Source
from app.ledger.database import LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.pauses import ORG
from app.payload import read_served_call
from app.rules_in_force.in_force import InForce
from app.waiting import Deadline

log = structlog.get_logger()

# What is left of the deadline may be too little for another Case.
ENOUGH_SECONDS = 0.5
_NOTHING = "No callback of this caller is open, so no Case says so."
_COMMENTED = "The caller's open Case says so."
_WAITS = "The call is stored. The Case will say so when it is there and Salesforce answers; nobody has to act."
_NOT_SET = (
    "Source {source} does not note calls of served callers. Set `served_callers: {{within: 24 h}}` for it in the "
    "configuration, see docs/served-callers.md; or take the telephony event out of the ACD group."
)
_NOBODY = (
    "The call is stored, but no engine runs that would tell the Case of it. Start one: see "
    "docs/troubleshooting-ringback.md."
)
_AWAY = "Ringback's database is away, so the call was not noted. Mend the database; the call may be sent again."


@dataclass(frozen=True)
class CallTaking:
    """Safe to use from many threads; `seconds` is the time to answer in, `wake` calls an engine."""

    in_force: InForce
    noting: Noting
    heartbeats: Heartbeats
    seconds: float
    wake: Callable[[], None]

    def ready(self, source: Source) -> Outcome:
        """Whether calls of this source would be noted."""
        return Outcome(Status.READY) if source.served_callers else _not_set(source)

    def take(
        self, body: bytes, query: bytes, source: Source, request_id: str, problem: PayloadError | None = None
    ) -> Outcome:
        """What became of the call that an authenticated request tells of. `problem` kept it from being read."""
        deadline = Deadline(self.seconds)
        # What let the request in may just have been replaced.
        source = self.in_force.loaded.config.sources.get(source.name, source)
        if source.served_callers is None:
            return _not_set(source)
        try:
            if problem is not None:
                raise problem
            call = read_served_call(body, query, source, datetime.now(UTC))
        except PayloadError as error:
            return Outcome.of_error(error)
        try:
            return self._note(call, source, request_id, deadline)
        except LedgerError as error:
            log.error("ledger_unavailable", error=str(error))
            return Outcome.of_error(RingbackError(Reason.LEDGER_UNAVAILABLE, _AWAY))

    def _note(self, call: ServedCall, source: Source, request_id: str, deadline: Deadline) -> Outcome:
        if call.number is None:
            return Outcome(Status.NOTHING_OPEN, message=_NOTHING)
        attempts = self.noting.attempts
        entries = callbacks_of(attempts.ledger, call, source)
        lease = None if ORG in attempts.troubles.pauses.all() else uuid.uuid4().hex
        ids = [entry.id for entry in entries]
        stored = self.noting.calls.store(call, ids, lease, LEASE_SECONDS, request_id)
        # Of a repeat they are leased by another request or an engine, or done.
        own = [case for case in stored if lease and case.lease == lease]
        notes = [self._tried(case, source, deadline) for case in own]
        return self._outcome([*notes, *(case.note for case in stored if case not in own)], deadline)

    def _tried(self, case: ServedCase, source: Source, deadline: Deadline) -> CaseNote:
        """It is stored: whatever happens here, an engine goes on."""
        try:
            if not case.is_ready or deadline.remaining() < ENOUGH_SECONDS:
                self.noting.give_back(case)
                return CaseNote.OPEN
            return self.noting.run(case, source, deadline)[0]
        except LedgerError as error:
            log.error("not_settled", entry=case.entry_id, error=str(error))
            return CaseNote.OPEN

    def _outcome(self, notes: list[CaseNote], deadline: Deadline) -> Outcome:
        if CaseNote.OPEN in notes:
            if not self._engine_alive(deadline):
                return Outcome.of_error(RingbackError(Reason.ENGINE_NOT_RUNNING, _NOBODY))
            self.wake()
            return Outcome(Status.NOTED, message=_WAITS)
        if CaseNote.COMMENTED in notes:
            return Outcome(Status.NOTED, message=_COMMENTED)
        return Outcome(Status.NOTHING_OPEN, message=_NOTHING)

    def _engine_alive(self, deadline: Deadline) -> bool:
        try:
            return self.heartbeats.alive_by(deadline)
        except LedgerError:
            # It is stored, and one has been alive as far as one can tell.
            return True


def _not_set(source: Source) -> Outcome:
    return Outcome.of_error(RingbackError(Reason.SERVED_CALLERS_NOT_SET, _NOT_SET.format(source=source.name)))

"""One try to tell a Case of a served call, and what is written down of it."""

import time
from dataclasses import dataclass

import structlog
from structlog.contextvars import bound_contextvars

from app.delivery.attempt import Attempts
from app.delivery.case.comments import QUIET_SECONDS
from app.delivery.entry.settle import BACKOFF, turn_never_came
from app.delivery.served.on_case import tell
from app.domain.entry import Entry
from app.domain.errors import CrmError, RingbackError
from app.domain.reasons import Reason
from app.domain.served_call import CaseNote, ServedCase
from app.domain.source import Source
from app.ledger.database import LedgerError
from app.ledger.served_calls import ServedCalls
from app.metrics import Metric
from app.waiting import Deadline, TimeSpent, time_spent

log = structlog.get_logger()

# Longer than a try takes, and than Salesforce may work on afterwards: whoever comes next sees the comment.
LEASE_SECONDS = 120.0
_BUG = "Ringback met an error of its own over a served caller and left the Case alone. Look into its log and report it."


@dataclass(frozen=True)
class Noting:
    """Of a request or of an engine. `give_up_after` is in seconds."""

    attempts: Attempts
    calls: ServedCalls
    give_up_after: float

    def run(self, case: ServedCase, source: Source, deadline: Deadline) -> tuple[CaseNote, RingbackError | None]:
        """How far it has come, and its trouble. Raises `LedgerError` before anything is tried."""
        entry = self.attempts.ledger.get(case.entry_id)
        with bound_contextvars(source=case.source, event_id=entry.event_id if entry else None), time_spent() as spent:
            note, error = self._try(case, entry, source, deadline)
            self._settle(case, note, error)
            self._tell(case, entry, note, error, spent)
        return note, error

    def give_back(self, case: ServedCase) -> None:
        """It was not tried: it is due again, as if it had not been claimed. Raises `LedgerError`."""
        self.calls.settle(case, CaseNote.OPEN, tried=False)

    def _try(
        self, case: ServedCase, entry: Entry | None, source: Source, deadline: Deadline
    ) -> tuple[CaseNote, RingbackError | None]:
        try:
            note = tell(self.attempts, case, entry, source, deadline)
        except CrmError as error:
            return self._after(case, error), error
        # One that cannot be done must not keep the others waiting.
        except Exception as error:
            log.error("internal_error", error=type(error).__name__, exc_info=error)
            return CaseNote.FAILED, RingbackError(Reason.INTERNAL_ERROR, _BUG)
        if note is not CaseNote.GONE:
            self.attempts.note(None, "", case.entry_id)
        return note, None

    def _after(self, case: ServedCase, error: CrmError) -> CaseNote:
        if not error.is_refusal:
            self.attempts.note(error, "", case.entry_id)
        old = case.received_at < time.time() - self.give_up_after
        given_up = old and case.attempts >= len(BACKOFF) and not turn_never_came(error)
        return CaseNote.FAILED if error.permanent or given_up else CaseNote.OPEN

    def _wait(self, case: ServedCase, error: RingbackError) -> float:
        pace = self.attempts.troubles.pace
        # Salesforce may still be working on it: the next look has to see what comes of that.
        quiet = QUIET_SECONDS * pace if error.outcome_unknown else 0.0
        step = BACKOFF[min(case.attempts, len(BACKOFF) - 1)] * pace
        return max(step, quiet, error.wait, error.retry_after)

    def _settle(self, case: ServedCase, note: CaseNote, error: RingbackError | None) -> None:
        tried = not turn_never_came(error)
        wait = self._wait(case, error) if error and tried and note is CaseNote.OPEN else 0.0
        try:
            self.calls.settle(case, note, error.reason.word if error else None, due_in=wait, tried=tried)
        except LedgerError as trouble:
            # Its lease runs out; then the Case is looked at again.
            log.error("not_settled", entry=case.entry_id, error=str(trouble))

    def _tell(
        self, case: ServedCase, entry: Entry | None, note: CaseNote, error: RingbackError | None, spent: TimeSpent
    ) -> None:
        reason = error.reason.word if error else None
        write = log.error if note is CaseNote.FAILED else log.info
        write(
            "served_comment",
            runner=self.attempts.runner,
            entry=case.entry_id,
            outcome=note.value,
            reason=reason,
            message=error.message if error else None,
            case_id=entry.record_id if entry else None,
            ms=spent.ms,
            crm_ms=spent.crm_ms,
        )
        self.attempts.meter.count(Metric.SERVED_COMMENTS, self.attempts.runner, note.value, reason)

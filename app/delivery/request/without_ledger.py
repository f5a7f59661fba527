"""What is done with a callback while the database is away: Salesforce is asked all the same, nothing is promised."""

from concurrent.futures import Future
from dataclasses import dataclass

from app.delivery.attempt import Attempts
from app.delivery.bounded import OverdueError
from app.delivery.entry.wording import ledger_away
from app.delivery.request.intake import Accepted, Intake
from app.delivery.request.later import Later
from app.domain.errors import SkippedError
from app.domain.outcome import Outcome
from app.domain.record import Record, Written
from app.waiting import TimeSpent


@dataclass(frozen=True)
class WithoutLedger:
    """What was created is entered when the database is back, also if it was created after the answer."""

    intake: Intake
    attempts: Attempts
    later: Later

    def attempt(self, accepted: Accepted) -> Outcome:
        """200 only if Salesforce has just made the Case, or if the rule skips the callback."""
        attempts, callback = self.attempts.under(accepted.config), accepted.callback
        crm = attempts.bounded(accepted.rule.name)
        record = accepted.mapped
        if isinstance(record, SkippedError):
            self._remember(accepted, record)
            return accepted.ends_with(record)
        # Only the ledger knows whose Case it is that Salesforce may have asked for.
        wished = attempts.wished is not None and attempts.wished.may_be(callback)
        if wished or not isinstance(record, Record):
            return accepted.ends_with(ledger_away())
        result = attempts.caught(lambda: crm.create(record, callback.external_id, accepted.deadline))
        if isinstance(result, OverdueError):
            result.late.add_done_callback(lambda done: self._remember_late(accepted, done))
        # One that was there may be another version's, which only the ledger could tell.
        if not isinstance(result, Written) or not result.created:
            return accepted.ends_with(ledger_away())
        self._remember(accepted, result)
        return accepted.ends_with(result)

    def _remember_late(self, accepted: Accepted, done: Future[Written]) -> None:
        if done.exception() is None and (written := done.result()).created:
            self._remember(accepted, written)

    def _remember(self, accepted: Accepted, result: Written | SkippedError) -> None:
        self.later.add(lambda: self._enter(accepted, result))

    def _enter(self, accepted: Accepted, result: Written | SkippedError) -> None:
        """Enters what became of it without the ledger. Raises `LedgerError`."""
        entry, fresh, _ = self.intake.store(accepted)
        # What the ledger knew goes on as it would have.
        if isinstance(result, SkippedError) and not fresh:
            return
        self.attempts.under(accepted.config).settle_late(entry, accepted.rule.name, result, TimeSpent())

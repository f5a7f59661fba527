"""What is done with a callback while the database is away: Salesforce is asked all the same, nothing is promised."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from app.crm.port import Crm
from app.crm.time_spent import TimeSpent
from app.delivery.attempt import Attempts
from app.delivery.case.description import Description
from app.delivery.entry.wording import ledger_away
from app.delivery.request.intake import Accepted, Intake
from app.delivery.request.unrecorded import Unrecorded
from app.domain.deadline import GRACE
from app.domain.errors import RingbackError
from app.domain.outcome import Outcome
from app.domain.record import Record, Written


@dataclass
class WithoutLedger:
    """Shares the threads of the attempts in `pool`. What was done is entered when the database is back."""

    intake: Intake
    attempts: Attempts
    pool: ThreadPoolExecutor
    _unrecorded: Unrecorded = field(default_factory=Unrecorded, init=False)

    def attempt(self, accepted: Accepted) -> Outcome:
        """200 only if Salesforce has just made the Case."""
        crm = self.attempts.under(accepted.config).bounded(accepted.rule.name)
        try:
            record = accepted.rule.apply(accepted.callback)
            running = self.pool.submit(_create, crm, record, accepted)
            running.add_done_callback(lambda done: self._remember(accepted, done))
            written = running.result(accepted.deadline.remaining() + GRACE)
        except (RingbackError, TimeoutError):
            return _away(accepted)
        # One that was there may be of other content, which only the ledger could tell.
        if not written.created:
            return _away(accepted)
        return Outcome.of_record(written, accepted.callback.event_id, accepted.rule.name)

    def close(self) -> None:
        """To be called when no attempt is under way any more."""
        self._unrecorded.close()

    def _remember(self, accepted: Accepted, done: "Future[Written]") -> None:
        if done.exception() is None and (written := done.result()).created:
            self._unrecorded.add(lambda: self._record(accepted, written))

    def _record(self, accepted: Accepted, written: Written) -> None:
        """Enters a Case that was made without the ledger. Raises `LedgerError`."""
        entry, _ = self.intake.store(accepted)
        self.attempts.under(accepted.config).settle(entry, accepted.rule.name, written, TimeSpent())


def _create(crm: Crm, record: Record, accepted: Accepted) -> Written:
    written = crm.create(record, accepted.callback.external_id, accepted.deadline)
    if written.created or not written.in_doubt or written.id is None:
        return written
    # An earlier try, whose answer was lost, may have made it.
    said = Description(record, accepted.rule, accepted.callback).is_said_by(crm, written.id, accepted.deadline)
    return replace(written, created=bool(said), in_doubt=False)


def _away(accepted: Accepted) -> Outcome:
    return Outcome.of_error(ledger_away(), accepted.callback.event_id, accepted.rule.name)

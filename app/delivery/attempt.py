"""One try to bring a callback into the CRM, and what is written down of it."""

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog
from structlog.contextvars import bound_contextvars, get_contextvars

from app import translation
from app.crm.case import DESCRIPTION
from app.crm.port import BatchCrm
from app.delivery.bounded import BoundedCrm
from app.delivery.case.comments import QUIET_SECONDS
from app.delivery.case.deliver import CaseDelivery
from app.delivery.case.same_caller import deliver
from app.delivery.case.wished import Wished
from app.delivery.courier.courier import Courier
from app.delivery.courier.member import Lane
from app.delivery.entry.changes import note_by_holder
from app.delivery.entry.settle import Result, pack, settle, turn_never_came
from app.delivery.entry.states import Event
from app.delivery.entry.wording import ledger_away
from app.delivery.pausing import Troubles
from app.domain.asked import NOBODY, AskedFor
from app.domain.callback import Callback
from app.domain.entry import Entry
from app.domain.errors import MappingError, RingbackError, SkippedError
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.database import LedgerError
from app.ledger.ledger import Attempted, Ledger
from app.mapping.rules import Rule
from app.metrics import Meter, Metric
from app.observability.tracebacks import place_of
from app.translation import gettext_noop
from app.waiting import Deadline, TimeSpent, time_spent

log = structlog.get_logger()

# A Case that comes later says so, since "requested 10:42" would otherwise read like just now.
LATE_SECONDS = 300
RECONCILED = gettext_noop("Reconciled: jtel had this callback, but it never reached Ringback.")
_LATE = gettext_noop("Late: requested {requested:%H:%M}, delivered {delivered:%H:%M}.")
_DAYS_LATE = gettext_noop("Late: requested {requested:%Y-%m-%d %H:%M}, delivered {delivered:%Y-%m-%d %H:%M}.")
BUG = (
    "Ringback met an error of its own with this callback and stopped. Look the requestId up in its log and report it; "
    "then send the callback again."
)


@dataclass(frozen=True)
class Attempts:
    """Makes attempts and settles them. `config` names the configuration, `runner` is "web" or "engine".

    `crm` is asked through the `courier` only. `wished` knows which callbacks Salesforce itself has asked for. `asked`
    is kept with each attempt. The pace of `troubles` stretches all waiting times.
    """

    crm: BatchCrm
    courier: Courier
    ledger: Ledger
    troubles: Troubles
    config: str
    runner: str
    meter: Meter = field(default_factory=Meter)
    wished: Wished | None = None
    asked: AskedFor = NOBODY

    def bounded(self, rule: str) -> BoundedCrm:
        """The CRM for an attempt of a callback of this rule."""
        lane = Lane.REQUEST if self.runner == "web" else Lane.BACKLOG
        return BoundedCrm(self.crm, self.courier, lane, self.config, rule)

    def case_delivery(self, entry: Entry, callback: Callback, rule: str, deadline: Deadline) -> CaseDelivery:
        """The entry on its way to its Case."""
        quiet = QUIET_SECONDS * self.troubles.pace
        return CaseDelivery(self.bounded(rule), self.ledger, entry, callback, deadline, quiet)

    def under(self, config: str) -> "Attempts":
        """The same with another configuration."""
        return self if config == self.config else replace(self, config=config)

    def run(self, entry: Entry, callback: Callback, rule: Rule, deadline: Deadline) -> None:
        """Maps a waiting entry anew, attempts and settles it."""
        with bound_contextvars(request_id=_request_id(entry), source=entry.source, event_id=entry.event_id):
            with time_spent() as spent:
                result = self.deliver(entry, callback, rule, deadline)
            self.settle(entry, rule.name, result, spent)

    def deliver(
        self,
        entry: Entry,
        callback: Callback,
        rule: Rule,
        deadline: Deadline,
        mapped: Record | Exception | None = None,
    ) -> Result:
        """Brings the callback into the CRM by the deadline, and returns the result. Without `mapped` it maps first."""
        delivery = self.case_delivery(entry, callback, rule.name, deadline)
        return self.caught(lambda: self._deliver(delivery, rule, mapped or map_by(rule, callback)))

    def caught(self, deliver: Callable[[], Written]) -> Result:
        """What `deliver` returns or raises: a mapper's or the CRM's refusal, trouble, and a bug of our own as well."""
        try:
            return deliver()
        except RingbackError as error:
            _log_mapper(error)
            return error
        except LedgerError as error:
            log.error("ledger_unavailable", error=str(error))
            return ledger_away()
        # A bug must neither leave the entry to its lease for ever nor take the engine along.
        except Exception as error:
            log.error("internal_error", error=type(error).__name__, exc_info=error)
            return RingbackError(Reason.INTERNAL_ERROR, BUG)

    def decided(self, what: str, reason: str | None = None, message: str | None = None) -> Attempted:
        """The line that is kept of a decision without an attempt."""
        by, note = self.asked.by, self.asked.note
        return Attempted(time.time(), 0, self.runner, what, self.config, reason, None, message, None, by, note)

    def settle(
        self,
        entry: Entry,
        rule: str,
        result: Result,
        spent: TimeSpent,
        *,
        ending: RingbackError | None = None,
        noted: bool = False,
    ) -> Entry:
        """Writes the outcome down, pauses what has to pause, and logs the one line of this attempt.

        `spent` is the attempt's time; `ending` as in `entry.settle`. What is `noted` pauses nothing any more.
        Returns the entry as it is then.
        """
        decide = settle(entry, rule, result, ending=ending, stretch=self._stretch())
        # Thousands at once may hear that their turn did not come.
        attempted = None if turn_never_came(result) else self._attempted(result, spent)
        try:
            settled = self.ledger.change(entry.id, decide, attempted) or entry
        except LedgerError as trouble:
            # The lease runs out and an engine finds out what became of it.
            log.error("not_settled", entry=entry.id, event_id=entry.event_id, error=str(trouble))
            settled = entry
        if not noted:
            self.note(result, rule, entry.id)
        if attempted is not None:
            self._tell(settled, rule, result, attempted, spent.crm_ms)
        return settled

    def settle_late(self, entry: Entry, rule: str, result: Result, spent: TimeSpent, met: Result | None = None) -> None:
        """As `settle`, when jtel has its answer. Raises `LedgerError`: then it may be repeated.

        What was `met`, if not the result itself, says what has to pause.
        """
        decide = settle(entry, rule, result, promised=True, stretch=self._stretch())
        attempted = self._attempted(result, spent)
        settled = self.ledger.change(entry.id, decide, None if turn_never_came(result) else attempted) or entry
        self._tell(settled, rule, result, attempted, spent.crm_ms)
        self.note(met or result, rule, entry.id)

    def _stretch(self) -> float:
        """For the time to wait: not all that failed together come back together."""
        return self.troubles.pace * random.uniform(0.8, 1.2)  # noqa: S311

    def _attempted(self, result: Result, spent: TimeSpent) -> Attempted:
        error = result if isinstance(result, RingbackError) else None
        return Attempted(
            started_at=spent.started,
            ms=spent.ms,
            runner=self.runner,
            outcome=_came_to(result),
            config=self.config,
            reason=error.reason.word if error else None,
            code=((error and error.code) or "")[:80] or None,
            message=_said(result),
            asked_by=self.asked.by,
            note=self.asked.note,
            sent=pack(result),
        )

    def _tell(self, entry: Entry, rule: str, result: Result, attempted: Attempted, crm_ms: int) -> None:
        """Log and metrics of an attempt; the entry is as it is after it."""
        log.info(
            "attempt",
            runner=self.runner,
            request_id=_request_id(entry),
            source=entry.source,
            event_id=entry.event_id,
            rule=rule,
            state=entry.state.value,
            reason=attempted.reason,
            code=attempted.code,
            message=attempted.message,
            dropped=_shown(result),
            reconciled=entry.reconciled or None,
            ms=attempted.ms,
            crm_ms=crm_ms,
        )
        self.meter.count(Metric.ATTEMPTS, self.runner, rule, attempted.outcome, attempted.reason)
        self.meter.observe(Metric.ATTEMPT_SECONDS, attempted.ms / 1000, self.runner, attempted.outcome)
        for one in result.dropped if isinstance(result, Written) else ():
            self.meter.count(Metric.FIELDS_DROPPED, rule, one.field, one.reason)

    def note(self, result: Result | None, rule: str, entry_id: int) -> None:
        """Pauses what has to pause after an attempt of the entry with this result."""
        try:
            self.troubles.note(result if isinstance(result, RingbackError) else None, rule, entry_id)
        except LedgerError as trouble:
            log.error("not_paused", rule=rule, error=str(trouble))

    def note_object(self, entry: Entry, record: Record) -> None:
        """Notes the object before the record is sent: whoever takes over has to send the same."""
        self.ledger.change(entry.id, note_by_holder(entry, object=record.object))

    def _deliver(self, delivery: CaseDelivery, rule: Rule, mapped: Record | Exception) -> Written:
        if isinstance(mapped, SkippedError):
            return self._skip(delivery, mapped)
        told = self.wished.deliver(delivery) if self.wished else None
        if told is not None:
            return told
        if isinstance(mapped, Exception):
            raise mapped
        record = as_sent(delivery.entry, delivery.callback, rule, mapped)
        if record.object != delivery.entry.object:
            self.note_object(delivery.entry, record)
        if rule.merge is None:
            return delivery.deliver(record)
        return deliver(delivery, rule, record, patient=self.runner == "web")

    def _skip(self, delivery: CaseDelivery, skipped: SkippedError) -> Written:
        """Raises `skipped`, unless an attempt by other rules, whose outcome is unknown, has made its record."""
        entry = delivery.entry
        if self.wished:
            self.wished.note_arrival(entry, delivery.callback)
        # Without an object nothing was ever sent, so that Salesforce need not be asked.
        found = delivery.cases().trace(entry.object) if entry.unknown and entry.object else None
        if found is None:
            raise skipped
        return found


def map_by(rule: Rule, callback: Callback, left: float = math.inf) -> Record | Exception:
    """The record that the rule makes of the callback, or the error that it raised; an attempt tells of that.

    `left` is how many seconds are left for an answer.
    """
    try:
        return rule.apply(callback, left)
    # A bug, too: it must not lose the callback.
    except Exception as error:
        return error


def as_sent(entry: Entry, callback: Callback, rule: Rule, record: Record) -> Record:
    """The record as it is sent now: with its delay, and of the object that an earlier attempt may have written."""
    for message in record.failed.values():
        log.warning("field_failed", rule=rule.name, event_id=entry.event_id, message=message)
    if entry.unknown and entry.object and entry.object != record.object:
        record = replace(record, object=entry.object)
    if entry.reconciled:
        # Nobody has seen its call come in.
        record = _begun_with(record, RECONCILED)
    return mark_late(record, callback.requested_at, datetime.now(UTC))


def mark_late(record: Record, requested_at: datetime, now: datetime) -> Record:
    """The record with a line about the delay before its description, if there is a delay worth a line."""
    if (now - requested_at).total_seconds() < LATE_SECONDS:
        return record
    here = now.astimezone(requested_at.tzinfo)
    line = _LATE if here.date() == requested_at.date() else _DAYS_LATE
    return _begun_with(record, line, requested=requested_at, delivered=here)


def _begun_with(record: Record, line: str, **said: datetime) -> Record:
    """The record with the line, in its language, before its description, if it has one."""
    described = record.fields.get(DESCRIPTION)
    if not isinstance(described, str):
        return record
    begin = translation.of(record.language).gettext(line).format(**said)
    return replace(record, fields={**record.fields, DESCRIPTION: f"{begin}\n{described}"})


def _request_id(entry: Entry) -> str:
    """The id of the request that attempts the entry now; else of the one that brought it."""
    return str(get_contextvars().get("request_id", entry.request_id))


def _came_to(result: Result) -> str:
    if isinstance(result, SkippedError):
        return Event.SKIPPED.value
    return "delivered" if isinstance(result, Written) else "failed"


def _shown(result: Result) -> str | None:
    return ", ".join(f"{one.field} ({one.reason})" for one in result.dropped) or None


def _said(result: Result) -> str | None:
    """What was said of the failure, or of what the record was made without."""
    if isinstance(result, RingbackError):
        return result.message
    return " ".join(dict.fromkeys(one.message for one in result.dropped if one.message)) or None


def _log_mapper(error: RingbackError) -> None:
    """Where a mapper's own code failed, for its developer; not what it said, which may hold the caller's data."""
    cause = error.__cause__
    if isinstance(error, MappingError) and cause is not None:
        log.warning("mapper_failed", error=type(cause).__name__, where=place_of(cause))

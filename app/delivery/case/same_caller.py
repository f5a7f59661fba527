"""A caller who presses twice: the same number again becomes a comment on its open Case, if the rule says so.

Of two callbacks the one with the lower id makes the Case. The ledger gives the ids of a number in the order of its
commits (see `Ledger.receive`), so the later always sees the earlier, and waits for it. What was decided is written down
before the CRM is asked to do it, so that whoever takes over does the same.
"""

from dataclasses import dataclass, replace

import structlog
from sqlalchemy import and_, or_

from app.crm.case import CASE
from app.crm.port import Found
from app.delivery.case.comments import keep_quiet
from app.delivery.case.deliver import CaseDelivery
from app.delivery.case.whose import case_of
from app.delivery.entry.changes import note_by_holder
from app.domain.callback import Callback
from app.domain.entry import UNFINISHED, Entry, State
from app.domain.errors import CrmError
from app.domain.numbers import tells_caller
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.ledger import Ledger
from app.ledger.tables import entry as rows
from app.mapping.rules import Rule
from app.translation import gettext_noop
from app.waiting import sleep

log = structlog.get_logger()

# More of a caller's callbacks than these, the latest, are not looked at.
MOST_EARLIER = 20
# How often it is looked whether the earlier one is done, and what has to be left of the deadline to comment then.
LOOK_AGAIN = 0.05
ENOUGH_SECONDS = 1.0
_LOOKED_AT = [state.value for state in (State.DELIVERED, *UNFINISHED)]
_ASKED_AGAIN = gettext_noop("The caller has asked to be called back again:")
_BUSY = "An earlier callback of this caller has not been delivered yet; this one follows it."


def may_merge(entry: Entry, callback: Callback, rule: Rule) -> bool:
    """Whether the callback may become a comment. If it may have been sent as a Case of its own, it stays one."""
    if rule.merge is None or entry.turn > 1 or not tells_caller(callback.callback_number):
        return False
    return entry.merged_into is not None or not entry.unknown or entry.attempts == 0


def earlier_callbacks(ledger: Ledger, entry: Entry, callback: Callback, rule: Rule) -> list[Entry]:
    """The caller's callbacks of this rule within its time before this one, the latest first.

    Those that have made a Case or still may. Raises `LedgerError`.
    """
    if rule.merge is None:
        return []
    return ledger.select(
        rows.c.number_index == ledger.codec.number(callback.callback_number),
        rows.c.id < entry.id,
        rows.c.received_at >= entry.received_at - rule.merge.total_seconds(),
        rows.c.source == entry.source,
        rows.c.rule == rule.name,
        # What a mapper of others is still asked for may become a Case.
        or_(rows.c.object == CASE, and_(rows.c.object.is_(None), rows.c.state != State.DELIVERED.value)),
        rows.c.state.in_(_LOOKED_AT),
        # What has become a comment has made no Case.
        or_(rows.c.merged_into.is_(None), rows.c.state != State.DELIVERED.value),
        order=rows.c.id.desc(),
        limit=MOST_EARLIER,
    )


def deliver(delivery: CaseDelivery, rule: Rule, record: Record, *, patient: bool) -> Written:
    """Delivers a callback: as a comment on the caller's open Case if the rule wants that, else as a Case of its own.

    `patient` waits within the deadline for who is first. Raises `CrmError`, `crm_busy` while an earlier one has not
    been delivered yet, and `LedgerError`.
    """
    if record.object != CASE or not may_merge(delivery.entry, delivery.callback, rule):
        return delivery.deliver(record)
    return Merge(delivery, rule, record, patient).deliver()


@dataclass
class Merge:
    """One callback on its way to a Case that may be another's. Its `delivery` knows what was decided last."""

    delivery: CaseDelivery
    rule: Rule
    record: Record
    patient: bool

    def deliver(self) -> Written:
        """Comments on the caller's open Case, once; makes a Case of its own if there is none."""
        merged = None if self._has_own() else self._trace() or self._comment()
        return merged or self.delivery.deliver(self.record)

    @property
    def entry(self) -> Entry:
        """The callback's entry, with the last decision."""
        return self.delivery.entry

    def _has_own(self) -> bool:
        """Whether the process that died during the attempt has made the callback's own Case."""
        undecided = self.entry.unknown and self.entry.merged_into is None
        return undecided and case_of(self.delivery.crm, self.entry, self.delivery.deadline) is not None

    def _trace(self) -> Written | None:
        """What an attempt whose outcome is unknown has done of what was decided."""
        decided = self.entry.unknown and self.entry.merged_into is not None
        return self.delivery.cases().trace() if decided else None

    def _comment(self) -> Written | None:
        while True:
            earlier = earlier_callbacks(self.delivery.ledger, self.entry, self.delivery.callback, self.rule)
            for other in self._with_case(earlier):
                found = case_of(self.delivery.crm, other, self.delivery.deadline)
                if found is not None and not found.closed:
                    return self._comment_on(other, found)
            unfinished = [other for other in earlier if other.state in UNFINISHED]
            if not unfinished:
                if self.entry.merged_into is not None:
                    keep_quiet(self.delivery.ledger, self.entry, self.delivery.quiet)
                self._decide(None)
                return None
            self._wait_for(unfinished)

    def _with_case(self, earlier: list[Entry]) -> list[Entry]:
        # Where a comment may stand already comes first, whatever has come since.
        merged_into = self.entry.merged_into
        decided = self.delivery.ledger.get(merged_into) if merged_into is not None else None
        others = [other for other in earlier if other.state is State.DELIVERED and other.id != merged_into]
        return [decided, *others] if decided is not None else others

    def _comment_on(self, other: Entry, found: Found) -> Written | None:
        self._decide(other.id)
        try:
            said = self.delivery.comment(found, _ASKED_AGAIN, self.record)
        except CrmError as error:
            if error.outcome_unknown or not error.is_refusal:
                raise
            # A second Case is better than none.
            log.warning("not_merged", event_id=self.entry.event_id, reason=error.reason.word, message=error.message)
            self._decide(None)
            return None
        return found.written(updated=True, sent=said)

    def _decide(self, merged_into: int | None) -> None:
        """Writes the decision down, unless it is known."""
        if merged_into == self.entry.merged_into:
            return
        now = self.delivery.ledger.change(self.entry.id, note_by_holder(self.entry, merged_into=merged_into))
        if now is None or now.lease != self.entry.lease:
            raise CrmError(Reason.CRM_BUSY, "Another process has taken over this callback.")
        self.delivery = replace(self.delivery, entry=now)

    def _wait_for(self, others: list[Entry]) -> None:
        """Waits until none of them is under way. Raises `crm_busy` if that takes too long."""
        while others:
            under_way = all(other.state is State.RECEIVED for other in others)
            if not self.patient or not under_way or self.delivery.deadline.remaining() < ENOUGH_SECONDS:
                raise CrmError(Reason.CRM_BUSY, _BUSY)
            sleep(LOOK_AGAIN)
            now = [self.delivery.ledger.get(other.id) for other in others]
            others = [other for other in now if other is not None and other.state in UNFINISHED]

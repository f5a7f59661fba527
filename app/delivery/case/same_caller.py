"""A caller who presses twice: the same number again becomes a comment on its open Case, if the rule says so.

Of two callbacks the one with the lower id makes the Case. The ledger gives the ids of a number in the order of its
commits (see `Ledger.receive`), so the later always sees the earlier, and waits for it. What was decided is written down
before the CRM is asked to do it, so that whoever takes over does the same.
"""

import time
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import or_

from app.crm.port import Found
from app.delivery.case.comments import comment_once, keep_quiet
from app.delivery.case.deliver import Content, text_of
from app.delivery.case.whose import OBJECT, case_of
from app.delivery.entry.changes import merge
from app.domain.callback import Callback
from app.domain.entry import UNFINISHED, Entry, State
from app.domain.errors import CrmError
from app.domain.numbers import tells_caller
from app.domain.reasons import Reason, Scope
from app.domain.record import Record, Written
from app.ledger.ledger import Ledger
from app.ledger.tables import entry as rows
from app.mapping.rules import Rule

log = structlog.get_logger()

# More of a caller's callbacks than these, the latest, are not looked at.
MOST_EARLIER = 20
# How often it is looked whether the earlier one is done, and what has to be left of the deadline to comment then.
LOOK_AGAIN = 0.05
ENOUGH_SECONDS = 1.0
_LOOKED_AT = [state.value for state in (State.DELIVERED, *UNFINISHED)]
_BUSY = "An earlier callback of this caller has not been delivered yet; this one follows it."


def may_merge(entry: Entry, callback: Callback, rule: Rule) -> bool:
    """Whether the callback may become a comment. What may have been sent as a Case of its own has to stay one."""
    if rule.merge is None or entry.turn > 1 or not tells_caller(callback.callback_number):
        return False
    return entry.merged_into is not None or not entry.unknown or entry.attempts == 0


def earlier_ones(ledger: Ledger, entry: Entry, callback: Callback, rule: Rule) -> list[Entry]:
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
        rows.c.object == OBJECT,
        rows.c.state.in_(_LOOKED_AT),
        # What has become a comment has made no Case.
        or_(rows.c.merged_into.is_(None), rows.c.state != State.DELIVERED.value),
        order=rows.c.id.desc(),
        limit=MOST_EARLIER,
    )


@dataclass
class Merge:
    """One callback on its way to a Case that may be another's. `patient` waits within the deadline for who is first."""

    content: Content
    patient: bool

    def deliver(self, record: Record) -> Written | None:
        """Comments on the caller's open Case, once; nothing if this callback has to make a Case of its own.

        Raises `CrmError`, `crm_busy` while an earlier one has not been delivered yet, and `LedgerError`.
        """
        content, callback, rule = self.content, self.content.callback, self.content.rule
        if record.object != OBJECT or not may_merge(self.entry, callback, rule) or self._has_own():
            return None
        if self.entry.unknown and self.entry.merged_into is not None:
            before = content.made(record).find()
            if before is not None:
                return before
        while True:
            known = earlier_ones(content.ledger, self.entry, callback, rule)
            for other in self._made(known):
                found = case_of(content.crm, other, content.deadline)
                if found is not None and not found.closed:
                    return self._comment(other, found, record)
            moving = [other for other in known if other.state in UNFINISHED]
            if not moving:
                self._make_its_own()
                return None
            self._wait_for(moving)

    @property
    def entry(self) -> Entry:
        """The callback's own, with what was decided last."""
        return self.content.entry

    def _has_own(self) -> bool:
        """Whether the process that died over it has made its Case."""
        content, entry = self.content, self.entry
        undecided = entry.unknown and entry.merged_into is None
        return undecided and content.crm.find(OBJECT, str(entry.external_id), content.deadline) is not None

    def _made(self, known: list[Entry]) -> list[Entry]:
        # Where a comment may stand already comes first, whatever has come since.
        decided = self.content.ledger.get(self.entry.merged_into) if self.entry.merged_into is not None else None
        others = [other for other in known if other.state is State.DELIVERED and other.id != self.entry.merged_into]
        return [decided, *others] if decided is not None else others

    def _make_its_own(self) -> None:
        if self.entry.merged_into is not None:
            keep_quiet(self.content.ledger, self.entry, self.content.quiet)
        self._decide(None)

    def _comment(self, other: Entry, found: Found, record: Record) -> Written | None:
        self._decide(other.id)
        content = self.content
        text = f"The caller has asked to be called back again:\n{text_of(content.callback, record)}"
        try:
            comment_once(content.crm, content.ledger, content.entry, found.id, text, content.deadline, content.quiet)
        except CrmError as error:
            if error.outcome_unknown or error.scope not in (Scope.CALLBACK, Scope.RULE):
                raise
            # A second Case is better than none.
            log.warning("not_merged", event_id=self.entry.event_id, reason=error.reason.word, message=error.message)
            self._decide(None)
            return None
        return found.written(updated=True)

    def _decide(self, merged_into: int | None) -> None:
        """Writes the decision down, unless it is known."""
        if merged_into == self.entry.merged_into:
            return
        now = self.content.ledger.change(self.entry.id, merge(self.entry, merged_into))
        if now is None or now.lease != self.entry.lease:
            raise CrmError(Reason.CRM_BUSY, "Another process has taken over this callback.")
        self.content = replace(self.content, entry=now)

    def _wait_for(self, others: list[Entry]) -> None:
        """Until none of them is under way. Raises `crm_busy` if that takes too long."""
        while others:
            under_way = all(other.state is State.RECEIVED for other in others)
            if not self.patient or not under_way or self.content.deadline.remaining() < ENOUGH_SECONDS:
                raise CrmError(Reason.CRM_BUSY, _BUSY)
            time.sleep(LOOK_AGAIN)
            now = [self.content.ledger.get(other.id) for other in others]
            others = [other for other in now if other is not None and other.state in UNFINISHED]

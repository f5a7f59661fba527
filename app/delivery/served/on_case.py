"""Tells a Case that its caller was served: a comment, once, and a field if one is named. It closes nothing."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from app.crm.case import CASE
from app.crm.mark import Mark
from app.crm.port import CommentedCrm
from app.delivery.attempt import Attempts
from app.delivery.case.whose import case_of
from app.domain.deadline import Deadline
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.reasons import Scope
from app.domain.served_call import CaseNote, ServedCase
from app.domain.source import Source
from app.metrics import Metric
from app.observability.time_spent import asking_crm

log = structlog.get_logger()

# Of an id; three more characters, which some tell, only repeat their case.
_SIGNIFICANT = 15
# Another try would hear the same.
OF_THE_RECORD = (Scope.RULE, Scope.CALLBACK)


@dataclass(frozen=True)
class OnCase:
    """`crm` is asked by the courier of `attempts` only. Everything raises `CrmError`."""

    crm: CommentedCrm
    attempts: Attempts

    def tell(self, case: ServedCase, entry: Entry | None, source: Source, deadline: Deadline) -> CaseNote:
        """Comments on the Case of the entry if it is open; a comment that is there is not repeated."""
        if entry is None or entry.state is not State.DELIVERED or entry.object != CASE:
            return CaseNote.GONE
        crm = self.attempts.bounded(entry.rule or "")
        found = case_of(crm, entry, deadline)
        if found is None or found.closed:
            return CaseNote.CLOSED if found else CaseNote.GONE
        crm.comment(found.id, case.said, self._mark(case, found.id), deadline)
        if source.served_callers and source.served_callers.field and case.is_latest:
            at = datetime.fromtimestamp(case.called_at, source.zone)
            self._set(found.id, source.served_callers.field, at, entry, deadline)
        return CaseNote.COMMENTED

    def _mark(self, case: ServedCase, record_id: str) -> Mark:
        # Two callbacks may have one Case, which is told once.
        keyed = self.attempts.settler.ledger.codec.mark(f"call {case.key} {record_id[:_SIGNIFICANT]}")
        return Mark(f"[Ringback call] {keyed}")

    def _set(self, record_id: str, field: str, at: datetime, entry: Entry, deadline: Deadline) -> None:
        """The comment is what counts: a field that Salesforce does not take is left out."""
        rule = entry.rule or ""
        lane = self.attempts.bounded(rule).lane
        try:
            with asking_crm():
                self.attempts.courier.look(lambda: self.crm.set_time(record_id, field, at, deadline), deadline, lane)
        except CrmError as error:
            if error.scope not in OF_THE_RECORD:
                raise
            log.warning("served_field_left_out", field=field, reason=error.reason.word, message=error.message)
            self.attempts.meter.count(Metric.FIELDS_DROPPED, rule, field, error.reason.word)

"""Tells a Case that its caller was served: a comment, once, and a field if one is named. It closes nothing."""

from datetime import datetime

import structlog

from app.crm.case import CASE
from app.crm.mark import Mark
from app.delivery.attempt import Attempts
from app.delivery.case.whose import case_of
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.served_call import CaseNote, ServedCase
from app.domain.source import Source
from app.metrics import Metric
from app.waiting import Deadline

log = structlog.get_logger()

# Of an id; three more characters, which some tell, only repeat their case.
_SIGNIFICANT = 15


def tell(attempts: Attempts, case: ServedCase, entry: Entry | None, source: Source, deadline: Deadline) -> CaseNote:
    """Comments on the Case of the entry if it is open; a comment that is there is not repeated. Raises `CrmError`."""
    if entry is None or entry.state is not State.DELIVERED or entry.object != CASE:
        return CaseNote.GONE
    crm = attempts.bounded(entry.rule or "")
    found = case_of(crm, entry, deadline)
    if found is None or found.closed:
        return CaseNote.CLOSED if found else CaseNote.GONE
    # Two callbacks may have one Case, which is told once.
    mark = attempts.ledger.codec.mark(f"call {case.key} {found.id[:_SIGNIFICANT]}")
    crm.comment(found.id, case.said, Mark(f"[Ringback call] {mark}"), deadline)
    field = source.served_callers.field if source.served_callers else None
    if field and case.is_latest:
        at = datetime.fromtimestamp(case.called_at, source.zone)
        try:
            crm.set_time(found.id, field, at, deadline)
        except CrmError as error:
            _leave_out(attempts, field, entry, error)
    return CaseNote.COMMENTED


def _leave_out(attempts: Attempts, field: str, entry: Entry, error: CrmError) -> None:
    """The comment is what counts: a field that Salesforce does not take is left out."""
    if not error.is_refusal:
        raise error
    log.warning("served_field_left_out", field=field, reason=error.reason.word, message=error.message)
    attempts.meter.count(Metric.FIELDS_DROPPED, entry.rule or "", field, error.reason.word)

"""One try to write a callback's record."""

import time

import structlog

from app.crm.port import Crm
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.outcome import Outcome
from app.domain.record import Record

log = structlog.get_logger()


def attempt(crm: Crm, record: Record, event_id: str, external_id: str, rule: str, deadline: Deadline) -> Outcome:
    """Writes the record and tells what came of it, in one log line and as an outcome; raises nothing of the CRM."""
    started = time.monotonic()
    code = None
    try:
        outcome = Outcome.of_record(crm.create(record, external_id, deadline), event_id, rule)
    except CrmError as error:
        outcome = Outcome.of_error(error, event_id, rule)
        code = error.code
    log.info(
        "attempt",
        event_id=event_id,
        rule=rule,
        status=outcome.status.value,
        reason=outcome.reason.word if outcome.reason else None,
        code=code,
        crm_ms=round((time.monotonic() - started) * 1000),
    )
    return outcome

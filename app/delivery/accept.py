"""Takes a callback from jtel and sees it through until the deadline."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime

from app.crm.port import Crm
from app.delivery.attempt import attempt
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.errors import CrmError, MappingError, PayloadError
from app.domain.outcome import Outcome
from app.domain.reasons import Reason
from app.domain.record import Record
from app.domain.source import Source
from app.mapping.rules import Config
from app.payload import read

# The network's own timeouts end at the deadline; this is the time they get to say so.
GRACE = 0.25


class Delivery:
    """Accepts callbacks. Safe to use from many threads; `seconds` is the time to answer in, `threads` how many at once.

    Attempts run in threads of their own, because nothing else bounds the time of a name look-up or of an answer
    that trickles in: the request is answered at the deadline, whatever hangs.
    """

    def __init__(self, config: Config, crm: Crm, seconds: float, threads: int) -> None:
        self._config = config
        self._crm = crm
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="attempt")

    def accept(self, body: bytes, query: bytes, source: Source, received_at: datetime) -> Outcome:
        """What became of the callback in this request. Raises nothing that is the request's or the CRM's fault."""
        deadline = Deadline(self._seconds)
        try:
            callback = read(body, query, source, received_at)
        except PayloadError as error:
            return Outcome.of_error(error)
        rule = self._config.rule_for(callback)
        try:
            record = rule.apply(callback)
        except MappingError as error:
            return Outcome.of_error(error, callback.event_id, rule.name)
        return self._attempt_in_time(callback, record, rule.name, deadline)

    def _attempt_in_time(self, callback: Callback, record: Record, rule: str, deadline: Deadline) -> Outcome:
        event_id = callback.event_id
        running = self._pool.submit(
            copy_context().run, attempt, self._crm, record, event_id, callback.external_id, rule, deadline
        )
        try:
            return running.result(deadline.remaining() + GRACE)
        except TimeoutError:
            return Outcome.of_error(_too_late(self._seconds), event_id, rule)


def _too_late(seconds: float) -> CrmError:
    return CrmError(
        Reason.CRM_TIMEOUT,
        f"Salesforce did not answer within {seconds:g} s, so the Case may or may not exist. Send the callback again: "
        "no second Case comes of it.",
        outcome_unknown=True,
    )

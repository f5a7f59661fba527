"""Keeps requests from queueing up behind a Salesforce that is away."""

import threading
import time

from app.crm.port import Crm
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written

# Failures in a row that open it; then one call a second asks whether Salesforce is back.
THRESHOLD = 8
OPEN_SECONDS = 1.0

# Salesforce as a whole is away. Anything else is an answer, and shows that it is there.
AWAY = frozenset(
    {
        Reason.CRM_UNREACHABLE,
        Reason.CRM_CONNECTION_LOST,
        Reason.CRM_TIMEOUT,
        Reason.CRM_UNAVAILABLE,
        Reason.CRM_ANSWER_UNREADABLE,
    }
)


class Breaker:
    """A `Crm` around another. While that is away, calls fail at once with its last trouble, but for one probe.

    The lock guards the counters only, never a call, so that calls run side by side.
    """

    def __init__(self, crm: Crm) -> None:
        self._crm = crm
        self._lock = threading.Lock()
        self._failures = 0
        self._last: CrmError | None = None
        self._ask_again = 0.0

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """As the port says."""
        self._admit(deadline)
        try:
            written = self._crm.create(record, external_id, deadline)
        except CrmError as error:
            self._note(error if error.reason in AWAY else None)
            raise
        self._note(None)
        return written

    def _admit(self, deadline: Deadline) -> None:
        with self._lock:
            if self._last is None or self._failures < THRESHOLD:
                return
            if time.monotonic() >= self._ask_again:
                # This call is the probe; should it hang, the next one goes out when its deadline is over.
                self._ask_again = time.monotonic() + max(OPEN_SECONDS, deadline.remaining())
                return
            raise CrmError(
                self._last.reason,
                f"{self._last.message} This was so the last {self._failures} times, so Ringback did not ask again; "
                "nothing was written.",
                code=self._last.code,
            )

    def _note(self, failure: CrmError | None) -> None:
        with self._lock:
            self._last = failure
            self._failures = self._failures + 1 if failure else 0
            self._ask_again = time.monotonic() + OPEN_SECONDS

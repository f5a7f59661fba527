"""`Retry-After`: for how long Salesforce, or what stands before it, asks to be left alone. This process keeps to it."""

import threading
import time

from requests import Response
from urllib3 import Retry
from urllib3.exceptions import InvalidHeader

from app.domain.errors import CrmError
from app.domain.reasons import Scope

# A mistake of a proxy must not cost more.
LONGEST = 3600.0
_ERRORS = 300


def seconds_of(response: Response | None) -> float:
    """The header's seconds, or those until its time; 0 where it is missing, past, or not understood."""
    value = response.headers.get("Retry-After") if response is not None else None
    if not value or response is None or response.status_code < _ERRORS:
        return 0.0
    try:
        return float(min(max(Retry().parse_retry_after(value), 0), LONGEST))
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0


def mark(error: CrmError, response: Response | None) -> CrmError:
    """The same error, with how long this answer asks to wait. What a record is refused for passes by no waiting."""
    if error.scope in (Scope.TRANSIENT, Scope.ORG):
        error.retry_after = seconds_of(response)
    return error


class Gate:
    """Closed while Salesforce wants no calls: who would call is told what the one was told that closed it.

    `closed` is until when (on the monotonic clock) and why; nothing if it never was.
    """

    def __init__(self) -> None:
        self.closed: tuple[float, CrmError] | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raises `CrmError` while it is closed."""
        if self.closed is None:
            return
        until, told = self.closed
        left = until - time.monotonic()
        if left <= 0:
            return
        error = told.copy()
        error.unsent, error.outcome_unknown = True, False
        error.retry_after = left
        raise error

    def close(self, error: CrmError) -> None:
        """Closes for as long as the error says, if it does, and never for less than it is closed already."""
        if not error.retry_after:
            return
        until = time.monotonic() + error.retry_after
        with self._lock:
            if self.closed is None or self.closed[0] < until:
                # Whoever raises it may change it.
                self.closed = (until, error.copy())

"""Finds out whether what passes by itself meets others too: then the rest of what waits need not be tried."""

import threading
from collections.abc import Sequence

from app.delivery.courier.guilt import Result, is_of_all
from app.delivery.courier.member import Member
from app.delivery.pausing import NOT_ASKED, THRESHOLD
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope

# Nobody has answered at all.
_SILENT = frozenset({Reason.CRM_UNREACHABLE, Reason.CRM_CONNECTION_LOST, Reason.CRM_TIMEOUT})


class Away:
    """Shared by the places of a process."""

    def __init__(self) -> None:
        self._failed: set[tuple[str, int]] = set()
        self._lock = threading.Lock()

    def after(self, members: Sequence[Member], results: Sequence[Result]) -> CrmError | None:
        """What so many calls in a row have met that the CRM seems to be away; nothing if it does not."""
        error = results[0]
        with self._lock:
            if not all(_meets_others(result) for result in results):
                self._failed.clear()
                return None
            if not isinstance(error, CrmError) or not (len(members) == 1 or _is_silence(error, results)):
                return None
            # One that fails again and again may be spoilt itself.
            self._failed.add((members[0].external_id, len(members)))
            return error if len(self._failed) >= THRESHOLD else None


def _is_silence(error: CrmError, results: Sequence[Result]) -> bool:
    return error.reason in _SILENT and is_of_all(results)


def _meets_others(result: Result) -> bool:
    """Whether it passes by itself, and is not the trouble of one record or said by ourselves."""
    if not isinstance(result, CrmError) or result.reason is Reason.CASE_NOT_VISIBLE or result.reason in NOT_ASKED:
        return False
    return result.scope in (Scope.TRANSIENT, Scope.ORG)

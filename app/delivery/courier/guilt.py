"""Who is to blame when a call, or a record in it, was refused: this record, another one, or none of them.

Salesforce fails innocent companions with the same words: limits, locks and triggers meet the whole transaction.
"""

import threading
from collections.abc import Sequence

from app.delivery.courier.member import Member
from app.delivery.pausing import THRESHOLD
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope, Tells
from app.domain.record import Written

Result = Written | Exception
# Nobody has answered at all.
_SILENT = frozenset({Reason.CRM_UNREACHABLE, Reason.CRM_CONNECTION_LOST, Reason.CRM_TIMEOUT})


def is_its_own(member: Member, error: CrmError, results: Sequence[Result]) -> bool:
    """Whether the error counts for the member. If not, it goes again in a smaller call to find out.

    `results` are those of all members of the call.
    """
    if len(results) == 1:
        return True
    if error.shared or (error.outcome_unknown and not error.unsent):
        return False
    if error.scope not in (Scope.CALLBACK, Scope.RULE) or not is_of_all(results):
        return True
    # One record spoils the call for all. Whose text is too long only a refusal of the record itself can tell.
    if error.reason is not Reason.VALUE_TOO_LONG and member.sending.names(error):
        return True
    return not error.permanent and member.sending.after(error) is None


def is_of_all(results: Sequence[Result]) -> bool:
    """Whether the call as a whole came to one error."""
    return isinstance(results[0], Exception) and all(result is results[0] for result in results)


class Away:
    """Finds out whether the CRM is away: passing trouble meets one call after the other. Then no others need be tried.

    Shared by the places of a process.
    """

    def __init__(self) -> None:
        self._failed: set[tuple[str, int]] = set()
        self._lock = threading.Lock()

    def after(self, members: Sequence[Member], results: Sequence[Result]) -> CrmError | None:
        """The error that several calls in a row have met, so that the CRM seems to be away; nothing if it does not."""
        error = results[0]
        with self._lock:
            if not all(_meets_others(result) for result in results):
                self._failed.clear()
                return None
            if not isinstance(error, CrmError) or not (len(members) == 1 or _is_silence(error, results)):
                return None
            # One that fails again and again may be spoilt itself.
            if len(self._failed) < THRESHOLD:
                self._failed.add((members[0].external_id, len(members)))
            return error if len(self._failed) >= THRESHOLD else None


def _is_silence(error: CrmError, results: Sequence[Result]) -> bool:
    return error.reason in _SILENT and is_of_all(results)


def _meets_others(result: Result) -> bool:
    """Whether it is trouble that passes, and that other records would meet as well."""
    if not isinstance(result, CrmError) or result.reason is Reason.CASE_NOT_VISIBLE:
        return False
    return result.scope in (Scope.TRANSIENT, Scope.ORG) and result.reason.tells is not Tells.NOTHING

"""Which errors of records that went together may be another one's doing: they count only for one that goes alone."""

from collections import Counter
from collections.abc import Sequence

from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Written

# What one record may bring upon the whole call: a proxy refuses it for what the record says, Salesforce fails …
_OF_THE_CALL = frozenset({Reason.CALL_REFUSED, Reason.CRM_ANSWER_UNREADABLE, Reason.CRM_UNAVAILABLE})
# … and limits, locks and triggers meet the whole transaction.
_OF_THE_TRANSACTION = _OF_THE_CALL | {
    Reason.CRM_BUSY,
    Reason.CRM_REFUSED,
    Reason.DUPLICATE_VALUE,
    Reason.RECORD_LOCKED,
    Reason.STORAGE_FULL,
    Reason.TRIGGER_FAILED,
}


def of_the_call(error: CrmError) -> CrmError:
    """What the whole call came to, marked if one of its records may be the cause."""
    may_be = error.reason in _OF_THE_CALL or error.scope is Scope.CALLBACK
    error.shared = may_be and not (error.fields or error.unsent)
    return error


def of_each(results: Sequence[Written | CrmError]) -> Sequence[Written | CrmError]:
    """The records' own results, each marked if another one may be the cause."""
    # A trigger may refuse all that go together as a validation rule does.
    said = Counter(one.message for one in results if isinstance(one, CrmError) and one.reason is Reason.VALIDATION_RULE)
    for one in results:
        if isinstance(one, CrmError):
            one.shared = (one.reason in _OF_THE_TRANSACTION and not one.fields) or said[one.message] > 1
    return results

"""Who is to blame when a call, or a record in it, was refused: this record, another one, or none of them.

Salesforce fails innocent companions with the same words: limits, locks and triggers meet the whole transaction.
"""

from collections.abc import Sequence

from app.delivery.courier.member import Member
from app.delivery.pausing import Result, is_of_all
from app.domain.errors import CrmError
from app.domain.reasons import Reason


def is_its_own(member: Member, error: CrmError, results: Sequence[Result]) -> bool:
    """Whether the error counts for the member. If not, it goes again in a smaller call to find out.

    `results` are those of all members of the call.
    """
    if len(results) == 1:
        return True
    if error.shared or (error.outcome_unknown and not error.unsent):
        return False
    if not error.is_refusal or not is_of_all(results):
        return True
    # One record spoils the call for all. Whose text is too long only a refusal of the record itself can tell.
    if error.reason is not Reason.VALUE_TOO_LONG and member.sending.names(error):
        return True
    return not error.permanent and member.sending.after(error) is None

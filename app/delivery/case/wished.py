"""Callbacks that Salesforce itself has asked jtel for: each belongs to the Case that asked, and makes none.

jtel sends them like all others. They are known by the event id with which jtel has answered the wish; before that, or
if that answer was lost, by a wish of the same Case and number.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from app.crm.case import CASE
from app.delivery.case.deliver import CaseDelivery
from app.domain.callback import Callback
from app.domain.callback_wish import PENDING, CallbackWish, WishState, arrive
from app.domain.entry import Entry
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Written
from app.domain.record_ids import record_id_spellings
from app.ledger.wishes import Wishes

log = structlog.get_logger()

# What begins the id of a Case.
_CASE = "500"
_TAKEN = "jtel has taken the callback that this Case has asked for: event {}."
_BUSY = "Ringback is asking jtel for a callback of this number just now; this callback waits, since it may be that one."


@dataclass(frozen=True)
class Wished:
    """`has_way_back` says whether a source has one: nothing is asked of the ledger for all others."""

    wishes: Wishes
    has_way_back: Callable[[str], bool]

    def of(self, entry: Entry, callback: Callback) -> CallbackWish | None:
        """The wish that the callback is the answer to.

        Raises `LedgerError`, and `crm_busy` while it may be one that jtel has not answered yet.
        """
        if entry.turn > 1 or not self.has_way_back(entry.source):
            return None
        event_id, case_id = str(entry.event_id), _linked_case(callback)
        known = self.wishes.of_callback(entry.source, event_id, callback.callback_number)
        wish = _best(known, event_id, case_id)
        if wish is None and callback.salesforce_id is None and any(one.is_asking(self.wishes.now()) for one in known):
            raise CrmError(Reason.CRM_BUSY, _BUSY)
        return wish

    def is_any(self, entry: Entry, callback: Callback) -> bool:
        """Whether it is the answer to a wish, or may be one. Raises `LedgerError`."""
        try:
            return self.of(entry, callback) is not None
        except CrmError:
            return True

    def may_be(self, callback: Callback) -> bool:
        """Whether it may be the answer to a wish, as far as one can tell without the ledger."""
        return self.has_way_back(callback.source.name) and _linked_case(callback) is not None

    def deliver(self, wish: CallbackWish, delivery: CaseDelivery) -> Written:
        """Settles the wish if it is not, and tells its Case once that jtel has it. Raises as `CaseDelivery`."""
        entry = delivery.entry
        self.wishes.change(wish.id, arrive(str(entry.event_id)))
        found = delivery.crm.find_by_id(CASE, wish.case_id, delivery.deadline)
        if found is None:
            # It was deleted, or our user may not see it. Another one would ask jtel once more.
            log.warning("not_commented", event_id=entry.event_id, reason="case_not_found")
            return Written(wish.case_id, None, created=False)
        try:
            delivery.say(wish.case_id, _TAKEN.format(entry.event_id))
        except CrmError as error:
            if error.outcome_unknown or error.scope not in (Scope.CALLBACK, Scope.RULE):
                raise
            # It is that Case's all the same.
            log.warning("not_commented", event_id=entry.event_id, reason=error.reason.word, message=error.message)
        return found.written()


def _best(known: Iterable[CallbackWish], event_id: str, case_id: str | None) -> CallbackWish | None:
    """Of several with this event the one whose Case the callback names, then the one that has made it."""
    of_event = [one for one in known if one.event_id == event_id]
    if of_event:
        return min(of_event, key=lambda one: (one.case_id != case_id, one.state is not WishState.REQUESTED, one.id))
    pending = (one for one in known if one.event_id is None and one.state in PENDING and one.case_id == case_id)
    return min(pending, key=lambda one: one.id, default=None)


def _linked_case(callback: Callback) -> str | None:
    spellings = record_id_spellings(callback.salesforce_id or "")
    return spellings[-1] if spellings and spellings[0].startswith(_CASE) else None

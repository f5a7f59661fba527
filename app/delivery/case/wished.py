"""Callbacks that Salesforce itself has asked jtel for: each belongs to the Case that asked, and makes none.

jtel sends them like all others. They are known by the event id with which jtel has answered the wish; before that, or
if that answer was lost, by a wish of the same Case and number. A caller's own callback may look the same: so the Case
is told all that is said, and only what has the subject that was asked for settles the wish.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog

from app.crm.case import CASE
from app.delivery.case.deliver import CaseDelivery
from app.domain.callback import Callback
from app.domain.callback_wish import CallbackWish, WishState, arrive
from app.domain.entry import Entry
from app.domain.errors import CrmError
from app.domain.markup import plain
from app.domain.reasons import Reason
from app.domain.record import Written
from app.domain.record_ids import record_id_spellings
from app.ledger.wishes import Wishes
from app.translation import gettext_noop

log = structlog.get_logger()

# What begins the id of a Case.
_CASE = "500"
_TAKEN = gettext_noop("jtel has taken the callback that this Case has asked for: event {event_id}.")
_NAMED = gettext_noop("jtel has a callback for this Case, perhaps the one that it has asked for: event {event_id}.")
_BUSY = "Ringback is asking jtel for a callback of this number just now; this callback waits, since it may be that one."


@dataclass(frozen=True)
class WishedCallback:
    """A callback with the wish that it answers. If it is not `sure`, it may be a caller's own that names the Case."""

    wish: CallbackWish
    sure: bool = True


@dataclass(frozen=True)
class Wished:
    """`has_way_back` says whether a source has one: nothing is asked of the ledger for all others."""

    wishes: Wishes
    has_way_back: Callable[[str], bool]

    def of(self, entry: Entry, callback: Callback) -> WishedCallback | None:
        """The callback, if it is the answer to a wish.

        Raises `LedgerError`, and `crm_busy` while it may be one that jtel has not answered yet.
        """
        if entry.turn > 1 or not self.has_way_back(entry.source):
            return None
        known = self.wishes.of_callback(entry.source, str(entry.event_id), callback.callback_number)
        wished = _best(known, str(entry.event_id), callback)
        if wished is None and callback.salesforce_id is None and any(one.is_asking(self.wishes.now()) for one in known):
            raise CrmError(Reason.CRM_BUSY, _BUSY)
        return wished

    def is_any(self, entry: Entry, callback: Callback) -> bool:
        """Whether it is the answer to a wish, or may be one. Raises `LedgerError`."""
        try:
            return self.of(entry, callback) is not None
        except CrmError:
            return True

    def may_be(self, callback: Callback) -> bool:
        """Whether it may be the answer to a wish, as far as one can tell without the ledger."""
        return self.has_way_back(callback.source.name) and _linked_case(callback) is not None

    def note_arrival(self, entry: Entry, callback: Callback) -> None:
        """Settles the wish if the callback is surely its answer, but tells nobody. Raises `LedgerError`."""
        # Whether it answers one that jtel has not answered yet is not waited for.
        with suppress(CrmError):
            wished = self.of(entry, callback)
            if wished is not None and wished.sure:
                self.wishes.change(wished.wish.id, arrive(str(entry.event_id)))

    def deliver(self, delivery: CaseDelivery) -> Written | None:
        """If it answers a wish, tells that Case once what jtel says, and settles the wish if this is surely its answer.

        Else nothing; nor if the Case takes no comment and the callback says more than was asked for: it needs a Case of
        its own. Raises as `CaseDelivery`.
        """
        wished = self.of(delivery.entry, delivery.callback)
        if wished is None:
            return None
        wish, callback, event_id = wished.wish, delivery.callback, str(delivery.entry.event_id)
        if wished.sure:
            self.wishes.change(wish.id, arrive(event_id))
        texts = callback.source.texts
        told = texts.gettext(_TAKEN if wished.sure else _NAMED).format(event_id=event_id)
        written = Written(wish.case_id, None, created=False)
        try:
            found = delivery.crm.find_by_id(CASE, wish.case_id, delivery.deadline)
            if found is not None:
                written = found.written()
                text = "\n".join(filter(None, (told, callback.subject, callback.body)))
                return replace(written, sent=delivery.say(wish.case_id, text))
            reason, message = "case_not_found", None  # deleted, or our user may not see it
        except CrmError as error:
            if error.outcome_unknown or not error.is_refusal:
                raise
            reason, message = error.reason.word, error.message
        log.warning("not_commented", event_id=event_id, reason=reason, message=message)
        return written if _is_asked_for(wish, callback) else None


def _best(known: Sequence[CallbackWish], event_id: str, callback: Callback) -> WishedCallback | None:
    """Of several with this event the one whose Case the callback names, then the one that has made it."""
    case_id = _linked_case(callback)
    of_event = [one for one in known if one.event_id == event_id]
    of_event.sort(key=lambda one: (one.case_id != case_id, one.state is not WishState.REQUESTED, one.id))
    best = next(iter(of_event), None)
    if best is not None and (best.case_id == case_id or best.state is WishState.REQUESTED):
        return WishedCallback(best)
    pending = [one for one in known if one.event_id is None and one.case_id == case_id]
    if pending:
        return WishedCallback(pending[0], sure=len(pending) == 1 and _is_asked_for(pending[0], callback))
    # The event was there before the wish. One that names another record is a caller's own.
    return WishedCallback(best) if best is not None and callback.salesforce_id is None else None


def _is_asked_for(wish: CallbackWish, callback: Callback) -> bool:
    """Whether it says what was asked for, as far as jtel tells. A caller's own has another subject."""
    subjects = [(plain(subject) or "").split() for subject in wish.subjects]
    return callback.subject is None or callback.subject.split() in subjects


def _linked_case(callback: Callback) -> str | None:
    spellings = record_id_spellings(callback.salesforce_id or "")
    return spellings[-1] if spellings and spellings[0].startswith(_CASE) else None

"""Takes an entry out of delivery, because a person decided so."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from app.crm.case import CASE
from app.delivery.attempt import Attempts
from app.delivery.case.whose import EventCases
from app.delivery.engine.prepare import read_anew
from app.delivery.entry.changes import bar_to_discard, discard, may_be_written
from app.delivery.entry.claims import Bar
from app.delivery.entry.states import Event
from app.domain.entry import Entry, State
from app.domain.errors import CrmError, RingbackError
from app.mapping.rules import Config
from app.translation import gettext_noop
from app.waiting import Deadline, TimeSpent

SECONDS = 20.0


class Discarding(Enum):
    """What became of the wish to discard an entry. The value is what a person reads."""

    DISCARDED = gettext_noop("discarded")
    ALREADY = gettext_noop("was discarded already")
    DELIVERED = gettext_noop("is delivered; there is nothing to discard")
    FOUND = gettext_noop("is in Salesforce already, so it counts as delivered now")
    LEASED = gettext_noop("is being attempted just now; try again in two minutes")
    GONE = gettext_noop("is no longer there")
    UNKNOWN = gettext_noop("may be in Salesforce, which could not be asked; try again later")


@dataclass(frozen=True)
class Discard:
    """`attempts` are of the runner "discard"."""

    config: Config
    attempts: Attempts

    def run(self, entry: Entry) -> Discarding:
        """Discards it, unless it is done or under way. After an unknown outcome it looks into the CRM first.

        Raises `LedgerError`.
        """
        ledger = self.attempts.ledger
        if bar := barred_from_discard(entry, ledger.now()):
            return bar
        if may_be_written(entry):
            try:
                cases = EventCases(self.attempts.crm, ledger, entry, Deadline(SECONDS))
                # Its record, or its comment.
                found = cases.trace(entry.object or self._object_of(entry))
            except CrmError:
                return Discarding.UNKNOWN
            if found is not None:
                self.attempts.settle(entry, entry.rule or "", found, TimeSpent())
                return Discarding.FOUND
        line = self.attempts.decided(Event.DISCARDED.value)
        settled = ledger.change(entry.id, discard(entry), moved=line)
        if settled is None or settled.state is State.DISCARDED:
            return Discarding.DISCARDED
        return barred_from_discard(settled, ledger.now()) or Discarding.LEASED

    def _object_of(self, entry: Entry) -> str:
        """What today's rules make of it."""
        try:
            callback, rule = read_anew(self.config, entry)
            return rule.apply(callback).object
        except RingbackError:
            return CASE


def barred_from_discard(entry: Entry, now: float) -> Discarding | None:
    """Why the entry is not to be discarded, if so."""
    bar = bar_to_discard(entry, now)
    return _BARRED[bar] if bar else None


_BARRED: Mapping[Bar, Discarding] = {
    Bar.DELIVERED: Discarding.DELIVERED,
    Bar.DISCARDED: Discarding.ALREADY,
    Bar.LEASED: Discarding.LEASED,
}

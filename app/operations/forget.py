"""Removes what jtel sent of a caller who wants to be forgotten; the skeleton stays, so that a repeat makes no Case."""

from dataclasses import dataclass
from enum import Enum

from app.delivery.entry.states import lease_runs
from app.domain.entry import ENDED, Entry
from app.ledger.ledger import Ledger
from app.ledger.removal import remove_payloads
from app.ledger.tables import entry as rows
from app.operations.discard import Discard, Discarding


class Forgetting(Enum):
    """What becomes of an entry. The value is what a person reads."""

    REMOVED = "removed"
    WAITS = "left: it still has to be delivered; --also-waiting discards it"
    LEASED = "left: it is being attempted just now; try again in two minutes"
    WISH_OPEN = "left: nobody knows whether jtel has it; --also-waiting discards it"
    UNKNOWN = "left: it may be in Salesforce, which could not be asked; try again later"


_LEFT = {Discarding.LEASED: Forgetting.LEASED, Discarding.UNKNOWN: Forgetting.UNKNOWN}


@dataclass(frozen=True)
class Forget:
    """`discard` ends what waits; without it that is left alone."""

    ledger: Ledger
    discard: Discard | None

    def plan(self, entry: Entry, now: float) -> Forgetting:
        """What `run` would make of the entry; `now` is the ledger's clock."""
        if lease_runs(entry, now):
            return Forgetting.LEASED
        return Forgetting.REMOVED if entry.state in ENDED or self.discard else Forgetting.WAITS

    def run(self, entry: Entry) -> Forgetting:
        """Removes its payload if it has ended, and ends it before if that is wanted. Raises `LedgerError`."""
        planned = self.plan(entry, self.ledger.now())
        if planned is not Forgetting.REMOVED:
            return planned
        if self.discard is not None and entry.state not in ENDED:
            left = _LEFT.get(self.discard.run(entry))
            if left is not None:
                return left
        # Somebody may have taken it up again just now.
        ended = rows.c.id == entry.id, rows.c.state.in_([state.value for state in ENDED])
        return Forgetting.REMOVED if remove_payloads(self.ledger.database, ended) else Forgetting.LEASED

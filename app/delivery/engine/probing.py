"""While something is paused, one callback after the other tries whether it works again."""

import time
from dataclasses import dataclass
from typing import Any

from app.delivery.engine.batch import Batches
from app.delivery.engine.claiming import Claiming
from app.delivery.pausing import Troubles
from app.domain.entry import Entry, State
from app.domain.reasons import Reason, Scope, Tells
from app.ledger.ledger import Ledger
from app.ledger.pauses import ORG, Pause


@dataclass(frozen=True)
class Probing:
    """Everything raises `LedgerError`."""

    ledger: Ledger
    claiming: Claiming
    batches: Batches
    troubles: Troubles

    def probe(self, pause: Pause, **choice: Any) -> int:
        """One callback tries what is paused; its success ends the pause. Says how many entries that took."""
        # A pause may be of a newer Ringback, whose reasons this one does not know.
        probe_in = (Reason.of(pause.reason) or Reason.CRM_UNAVAILABLE).probe_seconds * self.troubles.pace
        only_rule = choice.get("only_rule")
        # Left to those who know what waits; if there are none, the pause must not last for ever.
        late = self.claiming.patience if self.claiming.only_others_wait(only_rule) else 0.0
        if not self.troubles.pauses.take_probe(pause.scope, probe_in, late):
            return 0
        began = time.monotonic()
        chosen = self.claiming.claim(1, whenever=True, **choice)
        chosen = chosen or self.claiming.claim(1, whenever=True, only_rule=only_rule)
        if not chosen:
            # Nothing waits any more, so nothing can show that it works; the next callback will.
            self.troubles.end(pause.scope)
            return 0
        self.batches.deliver(chosen, began, probe=True)
        probed = self.ledger.get(chosen[0].id)
        if probed is not None and _shows_that_it_works(probed, pause.scope):
            self.troubles.end(pause.scope)
        return 1


def _shows_that_it_works(probed: Entry, scope: str) -> bool:
    """Whether a probe's end says that the trouble is over. Not where nobody was asked."""
    reason = Reason.of(probed.reason)
    if probed.state is State.RECEIVED or (reason is not None and reason.tells is Tells.NOTHING):
        return False
    if probed.state is not State.WAITING:
        return True
    if reason is Reason.CASE_NOT_VISIBLE:
        return True
    # Trouble of a rule or of a record is an answer of an org that works.
    return scope == ORG and reason is not None and (reason.scope is Scope.RULE or reason is Reason.RECORD_LOCKED)

"""While something is paused, one callback after the other tries whether it works again."""

from typing import Any

from app.delivery.engine.claiming import Claiming
from app.domain.entry import Entry, State
from app.domain.reasons import Reason, Scope, Tells
from app.ledger.pauses import ORG, Pause


def probe(claiming: Claiming, pause: Pause, **choice: Any) -> int:
    """One callback tries what is paused; its success ends the pause. Says how many were tried. Raises `LedgerError`."""
    troubles, ledger = claiming.attempts.troubles, claiming.attempts.ledger
    # A pause may be of a newer Ringback, whose reasons this one does not know.
    probe_in = (Reason.of(pause.reason) or Reason.CRM_UNAVAILABLE).probe_seconds * troubles.pace
    only_rule = choice.get("only_rule")
    # Left to those who know what waits; if there are none, the pause must not last for ever.
    late = claiming.patience if claiming.only_others_wait(only_rule) else 0.0
    if not troubles.pauses.take_probe(pause.scope, probe_in, late):
        return 0
    probed = claiming.deliver(1, probe=True, **choice) or claiming.deliver(1, probe=True, only_rule=only_rule)
    after = ledger.get(probed[0].id) if probed else None
    # If nothing waits any more, nothing can show that it works; the next callback will.
    if not probed or (after is not None and _shows_that_it_works(after, pause.scope)):
        troubles.end(pause.scope)
    return len(probed)


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

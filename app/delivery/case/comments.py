"""Comments on a Case. No unique index keeps a second one out, so each carries a mark that is looked for first.

The CRM adds one only if nothing was added since that look, so a call that comes late does no harm. Two calls that it
works on in the same instant would not see each other: after an attempt whose outcome is unknown there is a quiet time.
"""

import time

from app.crm.mark import Mark
from app.domain.entry import Entry
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.ledger.codec import Codec
from app.ledger.ledger import Ledger

# Longer than any time-out of our own, after which Salesforce may still be working on what it has received.
QUIET_SECONDS = 60.0
# Characters of an id: three more, which some tell, only repeat their case.
_SIGNIFICANT = 15


def keep_quiet(ledger: Ledger, entry: Entry, quiet: float) -> None:
    """Raises `crm_busy` as long as an attempt whose outcome is unknown may still write what it was about to."""
    left = _began(ledger, entry) + quiet - time.time() if entry.unknown else 0.0
    if left > 0:
        busy = CrmError(Reason.CRM_BUSY, "An earlier attempt may still be on its way; this one waits until it is not.")
        raise busy.copy(wait=left)


def mark_of(entry: Entry, record_id: str, codec: Codec) -> Mark:
    """What tells the entry's comment on this Case from all others. Raises `LedgerError`.

    Whoever reads it there and repeats it elsewhere gains nothing: it counts for this version on this Case only.
    """
    # An older Ringback, which may run beside this one, looks for this part.
    named = f"[Ringback {entry.external_id}]"
    keyed = codec.mark(f"{entry.external_id} {record_id[:_SIGNIFICANT]}")
    return Mark(f"{named} {keyed}", None if entry.keyed_mark else named)


def _began(ledger: Ledger, entry: Entry) -> float:
    """When the quiet time began: at the end of the last attempt, or when it was seen that its process had died."""
    attempts = ledger.attempts(entry.id)
    # "Busy" is said before anything is written.
    writing = [attempt for attempt in attempts if attempt.reason != Reason.CRM_BUSY.word]
    if not attempts:
        return time.time()
    last = writing[-1] if writing else attempts[0]
    return float(last.started_at + last.ms / 1000)

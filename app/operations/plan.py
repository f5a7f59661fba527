"""Says what a replay, or a discard, would do with callbacks, before a person asks for it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.entry import State
from app.ledger.ledger import Ledger
from app.ledger.repairs import RepairDeed
from app.operations.claim import barred
from app.operations.discard import Discarding, barred_from_discard
from app.operations.fates import ReplayFate
from app.operations.find import entries_of

Fate = ReplayFate | Discarding


@dataclass
class Plan:
    """How many it would be done with, by state and reason, and how many would be skipped, by why. `ids` are the former;
    the `oldest` of them came then.
    """

    ids: list[int] = field(default_factory=list)
    chosen: Counter[tuple[State, str | None]] = field(default_factory=Counter)
    skipped: Counter[Fate] = field(default_factory=Counter)
    oldest: float | None = None


def plan(ledger: Ledger, ids: Sequence[int], deed: RepairDeed, *, named: bool) -> Plan:
    """What would be done with these entries now, in this order. Raises `LedgerError`.

    `named` says that a person named each of them by itself.
    """
    planned, now = Plan(), ledger.now()
    for entry in entries_of(ledger, ids, with_payload=False):
        discards = deed is RepairDeed.DISCARD
        fate = barred_from_discard(entry, now) if discards else barred(entry, now, named=named)
        if fate is not None:
            planned.skipped[fate] += 1
            continue
        planned.ids.append(entry.id)
        planned.chosen[entry.state, entry.reason] += 1
        planned.oldest = min(planned.oldest or entry.received_at, entry.received_at)
    return planned

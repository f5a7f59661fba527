"""Says what a replay would do, before it does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.entry import State
from app.ledger.ledger import Ledger
from app.operations.claim import barred
from app.operations.fates import ReplayFate
from app.operations.find import entries_of


@dataclass(frozen=True)
class Plan:
    """How many would be attempted, by state and reason, and how many would be skipped, by why. `ids` are the former."""

    ids: list[int] = field(default_factory=list)
    attempted: Counter[tuple[State, str | None]] = field(default_factory=Counter)
    skipped: Counter[ReplayFate] = field(default_factory=Counter)


def plan(ledger: Ledger, ids: Sequence[int], *, named: bool) -> Plan:
    """What `Replay.run` would do with these entries now. Raises `LedgerError`."""
    planned = Plan()
    now = ledger.now()
    for entry in entries_of(ledger, ids):
        fate = barred(entry, now, named=named)
        if fate is not None:
            planned.skipped[fate] += 1
            continue
        planned.attempted[entry.state, entry.reason] += 1
        planned.ids.append(entry.id)
    return planned

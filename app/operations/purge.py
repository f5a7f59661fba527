"""Removes what has been kept long enough: the payloads, and in the end the whole entries."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement

from app.domain.entry import ENDED, State
from app.ledger.database import Database
from app.ledger.ledger import Ledger
from app.ledger.removal import (
    Conditions,
    count,
    entries_before,
    payloads_between,
    remove_entries,
    remove_payloads,
)
from app.ledger.served_removal import calls_before, count_calls, remove_calls
from app.operations.turns import in_turns

DAY = 86_400.0
Remove = Callable[[Database, Conditions], int]


@dataclass(frozen=True)
class Keep:
    """For how many days something is kept from when the callback came; none keeps it for good.

    `failed` is for the payload of what a person has to act on, `payload` for that of what has ended otherwise.
    `skeleton` is for the whole entry: until then a repeat is known as one.
    """

    payload: float | None = 30.0
    failed: float | None = 90.0
    skeleton: float | None = 730.0


@dataclass(frozen=True)
class Removed:
    """How many payloads, by the state of their entries, how many whole entries, and calls of served callers."""

    payloads: Counter[State]
    entries: int
    calls: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.payloads.total() + self.entries + self.calls


@dataclass(frozen=True)
class Purge:
    """What waits or is being attempted is never touched."""

    ledger: Ledger
    keep: Keep

    def plan(self) -> Removed:
        """What `run` would remove. Raises `LedgerError`."""
        database = self.ledger.database
        payloads, entries = self._each(lambda _, wanted: count(database, wanted))
        return Removed(payloads, entries, count_calls(database, self._calls()))

    def run(self, told: Callable[[int], object] = lambda _: None) -> Removed:
        """Removes it, some at a time; `told` hears how many each time. Raises `LedgerError`."""
        database = self.ledger.database
        payloads, entries = self._each(lambda remove, wanted: in_turns(lambda: remove(database, wanted), told))
        calls = in_turns(partial(remove_calls, database, self._calls()), told)
        database.empty_journal()
        return Removed(payloads, entries, calls)

    def _calls(self) -> ColumnElement[bool]:
        """A call is kept like the payload of a callback; one that waits like that of what has failed."""
        now = self.ledger.now()
        return calls_before(_before(now, self.keep.payload), _before(now, self.keep.failed))

    def _each(self, do: Callable[[Remove, Conditions], int]) -> tuple[Counter[State], int]:
        now = self.ledger.now()
        # What goes as a whole need not go twice.
        oldest = _before(now, self.keep.skeleton)
        entries = sum(do(remove_entries, entries_before(state, oldest)) for state in ENDED)
        payloads: Counter[State] = Counter()
        for state in ENDED:
            before = _before(now, self.keep.failed if state is State.FAILED else self.keep.payload)
            payloads[state] = do(remove_payloads, payloads_between(state, oldest, before))
        return +payloads, entries


def _before(now: float, days: float | None) -> float:
    """The end of what is older; nothing came before 1970."""
    return 0.0 if days is None else now - days * DAY

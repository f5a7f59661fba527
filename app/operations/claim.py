"""Takes an entry for a replay, so that nobody else works on it meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.delivery.entry.states import Event, after
from app.delivery.entry.why import why
from app.domain.entry import Entry, State
from app.ledger.database import ConflictError
from app.ledger.ledger import Ledger
from app.mapping.rules import Config
from app.operations.fates import BarredError, Fate
from app.operations.reread import reread


def leased(entry: Entry, now: float) -> bool:
    """Whether a process works on the entry just now."""
    return entry.lease is not None and entry.lease_until is not None and entry.lease_until > now


def barred(entry: Entry, now: float, *, named: bool) -> Fate | None:
    """Why the entry is not to be replayed, if so. `named`: a person named this one by its id."""
    if entry.state is State.DELIVERED:
        return Fate.ALREADY_DELIVERED
    if entry.purged_at is not None:
        return Fate.PURGED
    if entry.state is State.DISCARDED and not named:
        return Fate.DISCARDED
    return Fate.LEASED if leased(entry, now) else None


@dataclass(frozen=True)
class Claims:
    """Claims with `lease` for `seconds`."""

    ledger: Ledger
    config: Config
    lease: str
    seconds: float
    named: bool

    def claim(self, entry_id: int) -> Entry:
        """The entry, leased. Raises `BarredError` and `LedgerError`."""
        seen = self.ledger.get(entry_id)
        if seen is None:
            raise BarredError(Fate.GONE)
        self._check(seen)
        # A callback that was invalid has no event id yet, discarded or not.
        anew = reread(self.ledger, self.config, seen) if seen.event_id is None else {}

        def decide(current: Entry, now: float) -> Mapping[str, Any] | None:
            if current.state is not seen.state or barred(current, now, named=self.named):
                return None
            return {**anew, **self._taken(current, now)}

        try:
            claimed = self.ledger.change(entry_id, decide)
        except ConflictError as error:
            raise BarredError(Fate.REPEAT, note="The same event came in just now; look again.") from error
        if claimed is None:
            raise BarredError(Fate.GONE)
        if claimed.lease != self.lease:
            raise BarredError(barred(claimed, self.ledger.now(), named=self.named) or Fate.LEASED)
        # A change reads no payload.
        return claimed if claimed.body else replace(claimed, body=seen.body, query=seen.query)

    def _check(self, entry: Entry) -> None:
        fate = barred(entry, self.ledger.now(), named=self.named)
        if fate is not None:
            raise BarredError(fate)
        if entry.source not in self.config.sources:
            note = f"Put the source {entry.source} into the configuration, or discard the callback."
            raise BarredError(Fate.NO_SOURCE, note=note)

    def _taken(self, current: Entry, now: float) -> dict[str, Any]:
        # What jtel was told has not changed. Whoever left an entry in `received` has died, and may have said `queued`.
        left = current.state is State.RECEIVED
        return {
            "state": after(current.state, Event.CLAIMED),
            **why(None),
            "lease": self.lease,
            "lease_until": now + self.seconds,
            "unknown": current.unknown or left,
            "promised": current.promised or left,
        }

"""Takes an entry for a replay, so that nobody else works on it meanwhile."""

from dataclasses import dataclass, replace

from app.delivery.entry.claims import Bar, bar_to_replay, claim_by_command
from app.domain.entry import Entry
from app.ledger.database import ConflictError
from app.ledger.ledger import Ledger
from app.mapping.rules import Config
from app.operations.fates import BarredError, ReplayFate
from app.operations.reread import reread


def barred(entry: Entry, now: float, *, named: bool) -> ReplayFate | None:
    """Why the entry is not to be replayed, if so. `named`: a person named this one by its id."""
    bar = bar_to_replay(entry, now, named=named)
    return _BARRED[bar] if bar else None


_BARRED = {
    Bar.DELIVERED: ReplayFate.ALREADY_DELIVERED,
    Bar.PURGED: ReplayFate.PURGED,
    Bar.DISCARDED: ReplayFate.DISCARDED,
    Bar.LEASED: ReplayFate.LEASED,
}


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
            raise BarredError(ReplayFate.GONE)
        self._check(seen)
        # A callback that was invalid has no event id yet, discarded or not.
        anew = reread(self.ledger, self.config, seen) if seen.event_id is None else {}
        decide = claim_by_command(self.lease, self.seconds, seen, anew, named=self.named)
        try:
            claimed = self.ledger.change(entry_id, decide)
        except ConflictError as error:
            raise BarredError(ReplayFate.REPEAT, note="The same event came in just now; look again.") from error
        if claimed is None:
            raise BarredError(ReplayFate.GONE)
        if claimed.lease != self.lease:
            raise BarredError(barred(claimed, self.ledger.now(), named=self.named) or ReplayFate.LEASED)
        # A change reads no payload.
        return claimed if claimed.body else replace(claimed, body=seen.body, query=seen.query)

    def _check(self, entry: Entry) -> None:
        fate = barred(entry, self.ledger.now(), named=self.named)
        if fate is not None:
            raise BarredError(fate)
        if entry.source not in self.config.sources:
            note = f"Put the source {entry.source} into the configuration, or discard the callback."
            raise BarredError(ReplayFate.NO_SOURCE, note=note)

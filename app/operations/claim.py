"""Takes an entry for a replay, so that nobody else works on it meanwhile."""

from dataclasses import replace

from app.delivery.engine.leases import LEASE_SECONDS
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


def claim(ledger: Ledger, config: Config, entry_id: int, lease: str, *, named: bool) -> Entry:
    """The entry, leased with `lease`. Raises `BarredError` and `LedgerError`."""
    seen = ledger.get(entry_id)
    if seen is None:
        raise BarredError(ReplayFate.GONE)
    if fate := barred(seen, ledger.now(), named=named):
        raise BarredError(fate)
    if seen.source not in config.sources:
        note = f"Put the source {seen.source} into the configuration, or discard the callback."
        raise BarredError(ReplayFate.NO_SOURCE, note=note)
    # A callback that was invalid has no event id yet, discarded or not.
    anew = reread(ledger, config, seen) if seen.event_id is None else {}
    try:
        claimed = ledger.change(entry_id, claim_by_command(lease, LEASE_SECONDS, seen, anew, named=named))
    except ConflictError as error:
        raise BarredError(ReplayFate.REPEAT, note="The same event came in just now; look again.") from error
    if claimed is None:
        raise BarredError(ReplayFate.GONE)
    if claimed.lease != lease:
        raise BarredError(barred(claimed, ledger.now(), named=named) or ReplayFate.LEASED)
    # A change reads no payload.
    return claimed if claimed.body else replace(claimed, body=seen.body, query=seen.query, edited=seen.edited)

"""A lease: while it runs, its holder alone works on the entry. `app/ledger/conditions.py` says the same in SQL."""

from app.domain.entry import Entry, State


def lease_runs(entry: Entry, now: float) -> bool:
    """Whether somebody works on the entry just now."""
    return entry.lease_until is not None and entry.lease_until >= now


def lease_ran_out(entry: Entry, now: float) -> bool:
    """Whether the process that attempted it has died over it."""
    return entry.state is State.RECEIVED and not lease_runs(entry, now)

"""Who may begin an attempt of an entry, and what the entry is then. A claim leases it."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from app.delivery.entry.states import Event, after, lease_ran_out, lease_runs, why
from app.domain.entry import Change, Decide, Entry, State
from app.domain.reasons import Reason


class Bar(Enum):
    """Why a command leaves an entry alone."""

    DELIVERED = "delivered"
    PURGED = "purged"  # what jtel sent is gone
    DISCARDED = "discarded"
    LEASED = "leased"  # somebody works on it
    WRITTEN = "written"  # it may be in the CRM


def may_be_tried(entry: Entry, now: float, *, engine_alive: bool) -> bool:
    """Whether nobody will try the entry, except a request that brings the callback again."""
    if entry.state in (State.REFUSED, State.FAILED):
        return True
    return not engine_alive and (entry.state is State.WAITING or lease_ran_out(entry, now))


def claim_by_request(lease: str, seconds: float, sent_again: Mapping[str, Any], *, engine_alive: bool) -> Decide:
    """A request takes what nobody else will try.

    `sent_again` is what it has brought, for an entry whose payload has been purged: its time begins anew.
    """

    def decide(entry: Entry, now: float) -> Change | None:
        if not may_be_tried(entry, now, engine_alive=engine_alive):
            return None
        anew = {**sent_again, "received_at": now, "purged_at": None, "edited_at": None}
        whole = anew if entry.purged_at is not None else {}
        return {**whole, **_claimed(entry, lease, now + seconds)}

    return decide


def claim_by_engine(lease: str, seconds: float, *, whenever: bool = False) -> Decide:
    """An engine takes what is due, and what a process that died has left; `whenever` also what is due later.

    The ledger does it in one statement for many: see `app/ledger/conditions.py`.
    """

    def decide(entry: Entry, now: float) -> Change | None:
        due = entry.state is State.WAITING and (whenever or (entry.due_at is not None and entry.due_at <= now))
        if lease_runs(entry, now) or not (due or entry.state is State.RECEIVED):
            return None
        # What an engine takes is ours.
        return {**_claimed(entry, lease, now + seconds), "promised": True}

    return decide


def claim_by_command(lease: str, seconds: float, seen: Entry, anew: Change, *, named: bool) -> Decide:
    """A replay takes the entry as it has `seen` it. `anew` is what has been read anew of an invalid one."""

    def decide(entry: Entry, now: float) -> Change | None:
        if (entry.state, entry.edited_at) != (seen.state, seen.edited_at) or bar_to_replay(entry, now, named=named):
            return None
        return {**anew, **_claimed(entry, lease, now + seconds)}

    return decide


def renew(lease: str, seconds: float) -> Decide:
    """Prolongs the lease of whoever works on the entry. The ledger does it in one statement for many."""

    def decide(entry: Entry, now: float) -> Change | None:
        held = entry.state is State.RECEIVED and entry.lease == lease
        return {"lease_until": now + seconds} if held else None

    return decide


def bar_to_replay(entry: Entry, now: float, *, named: bool) -> Bar | None:
    """Why the entry is not to be replayed, if so. `named`: a person named this one by its id."""
    if entry.state is State.DELIVERED:
        return Bar.DELIVERED
    if entry.purged_at is not None:
        return Bar.PURGED
    # A rule decides again, a person does not.
    if entry.state is State.DISCARDED and not named and entry.reason != Reason.SKIPPED_BY_RULE.word:
        return Bar.DISCARDED
    return Bar.LEASED if lease_runs(entry, now) else None


def _claimed(entry: Entry, lease: str, until: float) -> dict[str, Any]:
    # Whoever left it in `received` has died: jtel has a 200 or no answer, and what the attempt has done is unknown.
    left = entry.state is State.RECEIVED
    return {
        "state": after(entry.state, Event.CLAIMED),
        **why(None),
        "lease": lease,
        "lease_until": until,
        "unknown": entry.unknown or left,
        "promised": entry.promised or left,
    }

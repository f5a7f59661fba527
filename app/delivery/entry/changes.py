"""What changes an entry beside a claim and the end of an attempt. Each change goes through the table of states."""

from collections.abc import Mapping
from typing import Any

from app.delivery.entry.claims import Bar
from app.delivery.entry.states import FREE, Event, after, lease_runs, why
from app.domain.entry import Change, Decide, Entry, State
from app.domain.errors import RingbackError
from app.domain.reasons import Reason

# The word for an edit, beside those of the events: it changes no state.
EDITED = "edited"
# A callback that has just come. The ledger leases it in the same commit, by its own clock.
RECEIVED: Change = {"state": State.RECEIVED, "attempts": 0, "promised": False, "unknown": False}
# One that never came by itself: an engine delivers it, since nobody waits for an answer. It is due.
RECONCILED: Change = {**RECEIVED, "state": State.WAITING, "promised": True, "due_at": 0.0, "reconciled": True}


def not_understood(error: RingbackError) -> Change:
    """What is kept raw, since it is no callback. Nobody attempts it."""
    return {**RECEIVED, "state": State.INVALID, **why(error)}


def promise(entry: Entry, _: float) -> Change | None:
    """We have answered `queued` before we know: the callback is ours from now on. Not if it was settled just now."""
    return {"promised": True} if entry.state is State.RECEIVED else None


def resume(entry: Entry, now: float) -> Change | None:
    """The pause that it waited for is over: it is due. What only a person can end keeps its time.

    The ledger does it in one statement for many.
    """
    own_time = entry.reason == Reason.CASE_NOT_VISIBLE.word
    later = entry.due_at is None or entry.due_at > now
    return {"due_at": now} if entry.state is State.WAITING and later and not own_time else None


def give_up(entry: Entry, _: float) -> Change | None:
    """It has waited too long: a person has to act."""
    if entry.state is not State.WAITING:
        return None
    return {"state": after(entry.state, Event.GAVE_UP), "due_at": None}


def count_attempt(entry: Entry, _: float) -> Change | None:
    """Counts an attempt before it begins: its process may not live to tell of it."""
    return {"attempts": entry.attempts + 1}


def note_by_holder(attempted: Entry, **columns: Any) -> Decide:
    """The holder of the lease notes what is about to be sent: the record's `object`; or, in `merged_into`, on whose
    Case the callback becomes a comment, none for a Case of its own.
    """

    def decide(entry: Entry, _: float) -> Change | None:
        return columns if entry.lease == attempted.lease else None

    return decide


def discard(seen: Entry) -> Decide:
    """A person takes it out of delivery, as he has `seen` it."""

    def decide(entry: Entry, now: float) -> Change | None:
        # If it was claimed or attempted since he looked, what he knows of its outcome is old.
        known = seen.state, seen.lease, seen.attempts
        if bar_to_discard(entry, now) or (entry.state, entry.lease, entry.attempts) != known:
            return None
        return {"state": after(entry.state, Event.DISCARDED), "due_at": None, **FREE}

    return decide


def may_be_written(entry: Entry) -> bool:
    """Whether an attempt whose outcome is unknown may have made its record: the CRM has to be asked first."""
    return entry.unknown or entry.state is State.RECEIVED


def bar_to_discard(entry: Entry, now: float) -> Bar | None:
    """Why the entry is not to be discarded, if so."""
    ended = {State.DELIVERED: Bar.DELIVERED, State.DISCARDED: Bar.DISCARDED}.get(entry.state)
    return ended or (Bar.LEASED if lease_runs(entry, now) else None)


def edit(seen: Entry, edited: bytes, numbers: Mapping[str, str | None]) -> Decide:
    """A person writes something else in the place of what jtel sent, as he has `seen` it; `numbers` are the hashes that
    it is found by. Its state stays, and so does all that tells it from other callbacks.
    """

    def decide(entry: Entry, now: float) -> Change | None:
        known = seen.state, seen.lease, seen.attempts, seen.edited_at
        if bar_to_edit(entry, now) or (entry.state, entry.lease, entry.attempts, entry.edited_at) != known:
            return None
        return {"edited": edited, "edited_at": now, **numbers}

    return decide


def bar_to_edit(entry: Entry, now: float) -> Bar | None:
    """Why the entry is not to be edited, if so: the CRM may have what jtel sent."""
    if entry.state is State.DELIVERED:
        return Bar.DELIVERED
    if entry.purged_at is not None:
        return Bar.PURGED
    if lease_runs(entry, now):
        return Bar.LEASED
    return Bar.WRITTEN if may_be_written(entry) else None

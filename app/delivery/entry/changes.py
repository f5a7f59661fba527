"""What changes an entry beside a claim. Each change goes through the table of states."""

from collections.abc import Mapping
from typing import Any

from app.delivery.entry.claims import Bar
from app.delivery.entry.states import FREE, TABLE, Event, after, lease_runs, why
from app.domain.entry import Change, Decide, Entry, State
from app.domain.errors import RingbackError, SkippedError
from app.domain.reasons import Reason
from app.domain.record import Written

# Seconds until an entry with trouble of its own is tried again, by the number of its attempts.
BACKOFF = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0)
Result = Written | RingbackError
# The word for an edit, beside those of the events: it changes no state.
EDITED = "edited"
_ENDED: dict[str, Any] = {**FREE, "due_at": None, **why(None)}
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


def settle(
    attempted: Entry,
    rule: str,
    result: Result,
    *,
    ending: RingbackError | None = None,
    promised: bool = False,
    stretch: float = 1.0,
) -> Decide:
    """Only the holder of the lease, as in `attempted`, settles an attempt; but a success counts from anybody.

    `ending` is the error that what would wait ends with, unless somebody was promised it or the outcome is unknown.
    `promised` is true when jtel has been told `queued` meanwhile. `stretch` is for the time to wait.
    """

    def decide(entry: Entry, now: float) -> Change | None:
        if isinstance(result, Written):
            change = _delivered(entry, result, now)
        elif entry.lease == attempted.lease and isinstance(result, SkippedError):
            # It is done, and no attempt; what a replay makes of it once the rules have changed is ours.
            change = {**_ENDED, "state": after(entry.state, Event.SKIPPED), **why(result), "promised": True}
        elif entry.lease == attempted.lease:
            change = _not_delivered(entry, result, now, ending, stretch, promised=entry.promised or promised)
        else:
            return None
        # The rules may have changed since it came, and pauses go by today's names.
        return {**change, "rule": rule} if change else None

    return decide


def will_wait(entry: Entry, error: RingbackError, *, may_wait: bool) -> bool:
    """Whether an attempt that ended with this error leaves the entry waiting, and does not end it."""
    return not error.permanent and (may_wait or entry.promised or entry.unknown or error.outcome_unknown)


def turn_never_came(result: Result | None) -> bool:
    """Whether nothing was sent: other records were under way, one of them has met this error, or delivery is paused.

    Where its own call could not be made, as without a session, that counts as an attempt. What an earlier call may have
    made is unknown, though this one was not sent.
    """
    if not isinstance(result, RingbackError) or not result.unsent or result.outcome_unknown:
        return False
    return result.echo or result.reason is Reason.CRM_BUSY


def _delivered(entry: Entry, written: Written, now: float) -> Change:
    state = TABLE[entry.state].get(Event.DELIVERED)
    if state is None:
        return _filled_in(entry, written)
    return {
        **_ENDED,
        "state": state,
        "object": written.object,
        "record_id": written.id,
        "record_number": written.number,
        "org_id": written.org_id,
        "delivered_at": now,
        # If it was there already, an earlier attempt has sent it.
        "dropped": written.dropped if written.created else entry.dropped or written.dropped,
        "attempts": entry.attempts + 1,
    }


def _not_delivered(
    entry: Entry, error: RingbackError, now: float, ending: RingbackError | None, stretch: float, *, promised: bool
) -> Change:
    waits = will_wait(entry, error, may_wait=ending is None or promised)
    unsent = turn_never_came(error)
    step = 0.0 if unsent else BACKOFF[min(entry.attempts, len(BACKOFF) - 1)] * stretch
    return {
        **_ENDED,
        "state": after(entry.state, Event.TROUBLED if waits else Event.REFUSED, promised=promised),
        **why(error if waits or ending is None else ending),
        "due_at": now + max(step, error.wait, error.retry_after) if waits else None,
        "promised": promised or waits,
        "unknown": entry.unknown or error.outcome_unknown,
        # The record may exist, and then without these.
        "dropped": (error.dropped if error.outcome_unknown else ()) or entry.dropped,
        "attempts": entry.attempts + (not unsent),
    }


def _filled_in(entry: Entry, written: Written) -> Change:
    """What was not known of a record that had been delivered already."""
    known = {"record_id": written.id, "record_number": written.number, "org_id": written.org_id}
    same = entry.record_id in (None, written.id)
    return {name: value for name, value in known.items() if same and value and getattr(entry, name) is None}

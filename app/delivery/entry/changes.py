"""What changes an entry beside a claim and the end of an attempt. Each goes through the table of states."""

from typing import Any

from app.delivery.entry.claims import Bar
from app.delivery.entry.lease import lease_runs
from app.delivery.entry.states import Event, after
from app.delivery.entry.why import why
from app.domain.entry import Change, Decide, Entry, State
from app.domain.errors import RingbackError
from app.domain.reasons import Reason

# Nobody works on it any more.
FREE: dict[str, Any] = {"lease": None, "lease_until": None}


def received() -> Change:
    """A callback that has just come. The ledger leases it in the same commit, by its own clock."""
    return {"state": State.RECEIVED, "attempts": 0, "promised": False, "unknown": False}


def not_understood(error: RingbackError) -> Change:
    """What is kept raw, since it is no callback. Nobody attempts it."""
    return {**received(), "state": State.INVALID, **why(error)}


def promise(entry: Entry, _: float) -> Change | None:
    """We answer before we know: from now on the callback is ours. Unless it was settled just now."""
    return {"promised": True} if entry.state is State.RECEIVED else None


def hold(held: Entry, error: RingbackError, ending: RingbackError | None) -> Decide:
    """What has just come waits for the end of a pause; or ends for `ending`, unless somebody was promised it.

    Only who holds the lease, as in `held`, may say so.
    """

    def decide(entry: Entry, now: float) -> Change | None:
        if entry.state is not State.RECEIVED or entry.lease != held.lease:
            return None
        waits = ending is None or entry.promised
        return {
            "state": after(entry.state, Event.TROUBLED if waits else Event.REFUSED),
            **why(error if waits else ending),
            "promised": waits,
            **FREE,
            "due_at": now if waits else None,
        }

    return decide


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


def name_object(attempted: Entry, name: str) -> Decide:
    """Who holds the lease says of what object the record is, before it is sent."""

    def decide(entry: Entry, _: float) -> Change | None:
        return {"object": name} if entry.lease == attempted.lease else None

    return decide


def merge(attempted: Entry, merged_into: int | None) -> Decide:
    """Who holds the lease decides on whose Case it is a comment; none for a Case of its own."""

    def decide(entry: Entry, _: float) -> Change | None:
        return {"merged_into": merged_into} if entry.lease == attempted.lease else None

    return decide


def discard(seen: Entry) -> Decide:
    """A person takes it out of delivery, as he has `seen` it."""

    def decide(entry: Entry, now: float) -> Change | None:
        # If it was claimed or attempted since he looked, what he knows of its outcome is old.
        if bar_to_discard(entry, now) or _stands(entry) != _stands(seen):
            return None
        return {"state": after(entry.state, Event.DISCARDED), "due_at": None, **FREE}

    return decide


def may_be_written(entry: Entry) -> bool:
    """Whether an attempt whose outcome is unknown may have made its record: the CRM has to be asked first."""
    return entry.unknown or entry.state is State.RECEIVED


def _stands(entry: Entry) -> tuple[State, str | None, int]:
    return entry.state, entry.lease, entry.attempts


def bar_to_discard(entry: Entry, now: float) -> Bar | None:
    """Why the entry is not to be discarded, if so."""
    ended = {State.DELIVERED: Bar.DELIVERED, State.DISCARDED: Bar.DISCARDED}.get(entry.state)
    return ended or (Bar.LEASED if lease_runs(entry, now) else None)

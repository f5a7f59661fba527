"""The changes that a request or an engine makes to an entry outside of an attempt, each through the table of states."""

from collections.abc import Callable, Mapping
from typing import Any

from app.delivery.entry.states import Event, after
from app.delivery.entry.why import why
from app.domain.entry import Entry, State
from app.domain.errors import RingbackError

Change = Callable[[Entry, float], dict[str, Any] | None]


def claim(lease: str, seconds: float, sent_again: Mapping[str, Any]) -> Change:
    """A request takes what nobody else will try. What was promised stays so.

    `sent_again` is what it has brought, for an entry whose payload has been purged: its time begins anew.
    """

    def decide(current: Entry, now: float) -> dict[str, Any] | None:
        if current.state not in (State.REFUSED, State.FAILED, State.WAITING) and not is_left(current, now):
            return None
        # Whoever left it has died: jtel has a 200 or no answer, and what the attempt has done nobody knows.
        left = {"unknown": True, "promised": True} if current.state is State.RECEIVED else {}
        state = after(current.state, Event.CLAIMED)
        whole = {**sent_again, "received_at": now, "purged_at": None} if current.purged_at is not None else {}
        return {**left, **whole, "state": state, **why(None), "lease": lease, "lease_until": now + seconds}

    return decide


def is_left(entry: Entry, now: float) -> bool:
    """Whether the process that attempted it has died over it."""
    return entry.state is State.RECEIVED and (entry.lease_until or 0) < now


def promise(current: Entry, _: float) -> dict[str, Any] | None:
    """We answer before we know: from now on the callback is ours. Unless it was settled just now."""
    return {"promised": True} if current.state is State.RECEIVED else None


def hold(error: RingbackError, ending: RingbackError | None) -> Change:
    """What has just come waits for the end of a pause; or ends for `ending`, unless somebody was promised it."""

    def decide(current: Entry, now: float) -> dict[str, Any] | None:
        if current.state is not State.RECEIVED:
            return None
        waits = ending is None or current.promised
        return {
            "state": after(current.state, Event.TROUBLED if waits else Event.REFUSED),
            **why(error if waits else ending),
            "promised": waits,
            "lease": None,
            "lease_until": None,
            "due_at": now if waits else None,
        }

    return decide


def give_up(current: Entry, _: float) -> dict[str, Any] | None:
    """It has waited too long: a person has to act."""
    if current.state is not State.WAITING:
        return None
    return {"state": after(current.state, Event.GAVE_UP), "due_at": None}

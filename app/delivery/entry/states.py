"""All transitions of an entry, in one table. `docs/architecture.md` shows it; nothing else changes a state.

Also what a state goes with: a lease, while which runs its holder alone works on the entry (`app/ledger/conditions.py`
says the same in SQL), and why the entry stands where it stands.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from app.domain.entry import Entry, State
from app.domain.errors import RingbackError


class Event(Enum):
    """What happens to an entry."""

    CLAIMED = "claimed"  # somebody begins an attempt
    DELIVERED = "delivered"  # the record is in the CRM
    TROUBLED = "troubled"  # the CRM is away, slow or asked us to wait; or delivery is paused
    REFUSED = "refused"  # the CRM or the mapping said no; or it would have to wait, and may not
    GAVE_UP = "gave up"  # it has waited too long
    DISCARDED = "discarded"  # a person decided so


# A cell that is missing leaves the entry as it is. REFUSED makes FAILED where we had promised to deliver.
TABLE: Mapping[State, Mapping[Event, State]] = {
    State.RECEIVED: {
        Event.CLAIMED: State.RECEIVED,
        Event.DELIVERED: State.DELIVERED,
        Event.TROUBLED: State.WAITING,
        Event.REFUSED: State.REFUSED,
        Event.DISCARDED: State.DISCARDED,
    },
    State.WAITING: {
        Event.CLAIMED: State.RECEIVED,
        Event.DELIVERED: State.DELIVERED,
        Event.GAVE_UP: State.FAILED,
        Event.DISCARDED: State.DISCARDED,
    },
    State.DELIVERED: {},
    State.REFUSED: {
        Event.CLAIMED: State.RECEIVED,
        Event.DELIVERED: State.DELIVERED,
        Event.DISCARDED: State.DISCARDED,
    },
    State.FAILED: {
        Event.CLAIMED: State.RECEIVED,
        Event.DELIVERED: State.DELIVERED,
        Event.DISCARDED: State.DISCARDED,
    },
    State.INVALID: {
        Event.CLAIMED: State.RECEIVED,
        Event.DISCARDED: State.DISCARDED,
    },
    State.DISCARDED: {
        Event.CLAIMED: State.RECEIVED,
        # A late success always wins: the record is there, whatever was decided since.
        Event.DELIVERED: State.DELIVERED,
    },
}
# Nobody works on it any more.
FREE: dict[str, Any] = {"lease": None, "lease_until": None}


def after(state: State, event: Event, *, promised: bool = False) -> State:
    """The state after `event`; the same where the event means nothing."""
    following = TABLE[state].get(event)
    if event is Event.REFUSED and following is State.REFUSED and promised:
        return State.FAILED
    return following or state


def lease_runs(entry: Entry, now: float) -> bool:
    """Whether somebody works on the entry just now."""
    return entry.lease_until is not None and entry.lease_until >= now


def lease_ran_out(entry: Entry, now: float) -> bool:
    """Whether the process that attempted it has died over it."""
    return entry.state is State.RECEIVED and not lease_runs(entry, now)


def why(error: RingbackError | None) -> dict[str, str | None]:
    """The two columns that tell of an error, always changed together; without an error both are empty."""
    if error is None:
        return {"reason": None, "message": None}
    return {"reason": error.reason.word, "message": error.message}

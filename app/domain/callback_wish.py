"""A wish: what Salesforce has asked jtel for by the way back, and all that changes it.

Its identity is (source, Case, key). One call to jtel is made for it, and no other before somebody knows that the one
before it has done nothing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from app.translation import gettext_noop, in_every_language


class WishState(Enum):
    """Where a wish stands."""

    ASKING = "asking"  # stored and leased: jtel is being asked
    REQUESTED = "requested"  # jtel has made an event of it
    EXISTING_EVENT = "existing_event"  # jtel had an event of this caller already, and has updated that one
    REFUSED = "refused"  # surely nothing was made: a repeat asks again
    UNKNOWN = "unknown"  # nobody knows whether jtel has made an event: a person has to look
    DISCARDED = "discarded"  # a person has decided that nobody asks again


# What the agent sees first, where nothing else was asked for.
SUBJECT = gettext_noop("Callback requested in Salesforce")
# jtel has it.
ACCEPTED = (WishState.REQUESTED, WishState.EXISTING_EVENT)
# Its event is not known yet, and may come as a callback.
PENDING = (WishState.ASKING, WishState.UNKNOWN)


@dataclass(frozen=True)
class CallbackWish:
    """A row of the ledger. Times are in seconds since 1970, `asked` is the JSON that was asked for, if it was read.

    `arrived_at` is when the callback came that jtel sends for its event.
    """

    id: int
    source: str
    case_id: str
    state: WishState
    event_id: str | None
    reason: str | None
    message: str | None
    lease: str | None
    lease_until: float | None
    request_id: str
    received_at: float
    settled_at: float | None
    arrived_at: float | None
    purged_at: float | None
    asked: bytes = b""

    @property
    def subjects(self) -> list[str]:
        """The subject that its event has in jtel: the one that was asked for, else one of these."""
        asked: Mapping[str, str] = json.loads(self.asked or b"{}")
        return [asked["subject"]] if asked.get("subject") else in_every_language(SUBJECT)

    def is_asking(self, now: float) -> bool:
        """Whether somebody waits for jtel's answer just now."""
        return self.state is WishState.ASKING and (self.lease_until or 0.0) >= now

    def needs_person(self, now: float) -> bool:
        """Whether nobody knows what became of it, and nobody will find out by himself."""
        return self.state is WishState.UNKNOWN or (self.state is WishState.ASKING and not self.is_asking(now))


WishChange = Mapping[str, Any]
# What is to be changed of a wish as it is at this time.
DecideWish = Callable[[CallbackWish, float], WishChange | None]
_FREE: WishChange = {"lease": None, "lease_until": None}
_NO_TROUBLE: WishChange = {"reason": None, "message": None}


def claim(lease: str, seconds: float, anew: WishChange) -> DecideWish:
    """A request asks again for what surely was not done; `anew` is what it has brought."""

    def decide(wish: CallbackWish, now: float) -> WishChange | None:
        if wish.state is not WishState.REFUSED:
            return None
        return _asking(lease, now + seconds, {**anew, "received_at": now, "purged_at": None})

    return decide


def claim_by_person(lease: str, seconds: float) -> DecideWish:
    """A person has seen that jtel has no event of it."""

    def decide(wish: CallbackWish, now: float) -> WishChange | None:
        return _asking(lease, now + seconds, {}) if wish.needs_person(now) and wish.purged_at is None else None

    return decide


def accept(event_id: str, *, updated: bool) -> DecideWish:
    """jtel has said which event it is. It counts from anybody, even late."""

    def decide(_: CallbackWish, now: float) -> WishChange | None:
        state = WishState.EXISTING_EVENT if updated else WishState.REQUESTED
        return {"state": state, "event_id": event_id, **_NO_TROUBLE, **_FREE, "settled_at": now}

    return decide


def accept_by_person(event_id: str) -> DecideWish:
    """A person has found its event in jtel."""

    def decide(wish: CallbackWish, now: float) -> WishChange | None:
        return accept(event_id, updated=False)(wish, now) if wish.needs_person(now) else None

    return decide


def fail(lease: str, reason: str, message: str, *, unknown: bool) -> DecideWish:
    """The call has failed; `unknown` if jtel may have made an event all the same. Only who asks may say so.

    Who was told that it is unknown does not ask again, so it stays with a person; but he is told why.
    """
    why = {"reason": reason, "message": message}

    def decide(wish: CallbackWish, now: float) -> WishChange | None:
        if wish.lease != lease or wish.state not in PENDING:
            return None
        if wish.state is WishState.UNKNOWN:
            return why
        state = WishState.UNKNOWN if unknown else WishState.REFUSED
        # Its lease names who may tell more later.
        return {"state": state, **why, "lease_until": None, "settled_at": now}

    return decide


def lose(reason: str, message: str) -> DecideWish:
    """Whoever asked has died over it."""

    def decide(wish: CallbackWish, now: float) -> WishChange | None:
        if wish.state is not WishState.ASKING or wish.is_asking(now):
            return None
        return {"state": WishState.UNKNOWN, "reason": reason, "message": message, "settled_at": now}

    return decide


def arrive(event_id: str) -> DecideWish:
    """The callback has come that jtel sends for its event: so jtel has it."""

    def decide(wish: CallbackWish, now: float) -> WishChange | None:
        if wish.state in PENDING:
            return {**(accept(event_id, updated=False)(wish, now) or {}), "arrived_at": now}
        return {"arrived_at": now} if wish.arrived_at is None else None

    return decide


def give_up(wish: CallbackWish, now: float) -> WishChange | None:
    """A person decides that nobody asks again."""
    if wish.is_asking(now) or wish.state not in (*PENDING, WishState.REFUSED):
        return None
    return {"state": WishState.DISCARDED, **_FREE, "settled_at": now}


def _asking(lease: str, until: float, anew: WishChange) -> WishChange:
    return {**anew, "state": WishState.ASKING, **_NO_TROUBLE, "lease": lease, "lease_until": until}

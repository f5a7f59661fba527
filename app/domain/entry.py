"""An entry: a row of the ledger, and the states that it goes through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from app.domain.record import CASE, Dropped


class State(Enum):
    """Where a callback stands."""

    RECEIVED = "received"  # stored and leased, an attempt is under way
    WAITING = "waiting"  # to be attempted when it is due or when its pause is over
    DELIVERED = "delivered"  # the record is in the CRM
    REFUSED = "refused"  # we answered 500 and stopped
    FAILED = "failed"  # we own it and cannot go on alone: a person has to act
    INVALID = "invalid"  # it could not be understood; kept raw
    DISCARDED = "discarded"  # a person decided so, or a rule that skips it


# Somebody works on it, or an engine will.
UNFINISHED = (State.RECEIVED, State.WAITING)
# Whatever else, nobody works on it and nobody waits for it.
ENDED = tuple(state for state in State if state not in UNFINISHED)


@dataclass(frozen=True)
class Entry:
    """A callback as the ledger knows it. Times are seconds since 1970 on the database's clock.

    `turn` is 1 for an event's first version, 2 and more for later ones. `promised` says that we own it: a 200 or no
    answer at all was given. `unknown` says that an attempt's outcome is not known, so that `object` is frozen.
    `dropped` are the fields that the record was written without, `merged_into` is the entry in whose Case the caller's
    wish stands as a comment. Without a `keyed_mark` its comment may be of an older Ringback. What was `reconciled`
    never came by itself: jtel was asked for it. Since `purged_at` body and query are empty: only the skeleton is kept.
    `message` is what was said with the `reason`. `invalid_event_ids` are what an `invalid` callback names as its event:
    it is found by them, and has no `event_id`. Since `edited_at` it is delivered as a person has `edited` it; what jtel
    sent stays beside.
    """

    id: int
    source: str
    turn: int
    state: State
    received_at: float
    body: bytes
    query: bytes
    request_id: str
    event_id: str | None = None
    external_id: str | None = None
    rule: str | None = None
    reason: str | None = None
    message: str | None = None
    object: str | None = None
    record_id: str | None = None
    record_number: str | None = None
    org_id: str | None = None
    delivered_at: float | None = None
    due_at: float | None = None
    lease: str | None = None
    lease_until: float | None = None
    attempts: int = 0
    promised: bool = False
    unknown: bool = False
    fingerprint: str | None = None
    dropped: tuple[Dropped, ...] = ()
    merged_into: int | None = None
    keyed_mark: bool = False
    reconciled: bool = False
    purged_at: float | None = None
    invalid_event_ids: tuple[str, ...] = ()
    edited: bytes = b""
    edited_at: float | None = None

    @property
    def came_at(self) -> datetime:
        """When it came, in UTC."""
        return datetime.fromtimestamp(self.received_at, UTC)

    @property
    def payload(self) -> tuple[bytes, bytes]:
        """Body and query as they are delivered. What was edited stands for the body, or for the query without one."""
        if not self.edited:
            return self.body, self.query
        return self.edited, self.query if self.body else b""

    @property
    def record_object(self) -> str:
        """Of which object its record is, or would be."""
        return self.object or CASE


# New values by the name of the field; `Decide` says them of an entry and the time, or nothing if it stays as it is.
Change = Mapping[str, Any]
Decide = Callable[[Entry, float], Change | None]

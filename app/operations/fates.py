"""What a replay made of an entry."""

from dataclasses import dataclass
from enum import Enum

from app.domain.entry import State


class ReplayFate(Enum):
    """The value is what a person reads."""

    DELIVERED = "delivered"
    ALREADY_DELIVERED = "skipped: delivered already"
    WAITING = "waiting: it goes on by itself"
    REFUSED = "refused"
    FAILED = "failed"
    SKIPPED = "not delivered: its rule makes nothing of it"
    INVALID = "still invalid"
    REPEAT = "skipped: another entry is the same callback"
    INCOMPLETE = "skipped: only a part of it was stored"
    PURGED = "skipped: what jtel sent has been removed; only jtel can send it again"
    NO_SOURCE = "skipped: its source is not configured"
    LEASED = "skipped: another process is attempting it"
    DISCARDED = "skipped: discarded, and not named by its id"
    UNKNOWN = "unknown: the database was away; an engine finds out"
    PAUSED = "not attempted: delivery is paused"
    GONE = "skipped: there is no such entry"


ATTEMPTED = {
    State.DELIVERED: ReplayFate.DELIVERED,
    State.WAITING: ReplayFate.WAITING,
    State.REFUSED: ReplayFate.REFUSED,
    State.FAILED: ReplayFate.FAILED,
    State.DISCARDED: ReplayFate.SKIPPED,
}


@dataclass(frozen=True)
class Replayed:
    """`reason` is a word of docs/reasons.md, `note` a sentence; neither holds personal data."""

    id: int
    fate: ReplayFate
    reason: str | None = None
    note: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether the callback is in the CRM."""
        return self.fate in (ReplayFate.DELIVERED, ReplayFate.ALREADY_DELIVERED)


@dataclass(eq=False)
class BarredError(Exception):
    """An entry cannot be replayed; all as in `Replayed`."""

    fate: ReplayFate
    reason: str | None = None
    note: str | None = None

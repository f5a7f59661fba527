"""What a replay made of an entry."""

from dataclasses import dataclass
from enum import Enum

from app.domain.entry import State
from app.translation import gettext_noop


class ReplayFate(Enum):
    """The value is what a person reads."""

    DELIVERED = gettext_noop("delivered")
    ALREADY_DELIVERED = gettext_noop("skipped: delivered already")
    WAITING = gettext_noop("waiting: it goes on by itself")
    REFUSED = gettext_noop("refused")
    FAILED = gettext_noop("failed")
    SKIPPED = gettext_noop("not delivered: its rule makes nothing of it")
    INVALID = gettext_noop("still invalid")
    REPEAT = gettext_noop("skipped: another entry is the same callback")
    INCOMPLETE = gettext_noop("skipped: only a part of it was stored")
    PURGED = gettext_noop("skipped: what jtel sent has been removed; only jtel can send it again")
    NO_SOURCE = gettext_noop("skipped: its source is not configured")
    LEASED = gettext_noop("skipped: another process is attempting it")
    DISCARDED = gettext_noop("skipped: discarded, and not named by its id")
    UNKNOWN = gettext_noop("unknown: the database was away; an engine finds out")
    PAUSED = gettext_noop("not attempted: delivery is paused")
    GONE = gettext_noop("skipped: there is no such entry")


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

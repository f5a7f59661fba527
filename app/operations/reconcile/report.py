"""What a run has found on both sides: jtel's and the ledger's. It holds no personal data."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from app.domain.callback import event_id_as_sent
from app.operations.described import iso

# Of what may be many so many are named.
MOST_NAMED = 20


class LeftOut(Enum):
    """Why an event that the ledger does not know is not taken in: a word for programs, and a sentence for people."""

    NO_CALLBACK = "no_callback", "are no callbacks"
    OTHER_GROUP = "other_group", "are of another ACD group"
    FINAL = "final_status", "have ended in jtel (status 98, 99 or 100)"
    NO_EVENT_ID = "no_event_id", "have no usable id"
    NO_TIME = "no_time", "have no usable time (dtCreated)"
    OLD = "old", "are older than what may be taken in"
    YOUNG = "young", "are so young that jtel may still send them"
    DECIDED = "decided", "could not be understood before, or a person discarded them"
    CAP = "cap", "are beyond the cap: the next run takes them"
    CAME = "came", "came by themselves just now"

    def __init__(self, word: str, said: str) -> None:
        self.word = word
        self.said = said


@dataclass
class ReconcileReport:
    """Counts jtel's events (`looked_at`), those that the ledger knows (`same`), and those that it does not.

    `taken` and `invalid` name events that are taken in, or would be without `done`. What is older than `since` is left
    out. `gone` names the latest of the `gone_count` events that the ledger knows and jtel does not show any more; it is
    none where nobody asked. `complete` says that all of jtel's list was read.
    """

    source: str
    done: bool
    since: float | None = None
    looked_at: int = 0
    same: int = 0
    taken: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    gone: list[str] | None = None
    gone_count: int = 0
    complete: bool = False

    @property
    def found(self) -> int:
        """How many were taken in, or would be."""
        return len(self.taken) + len(self.invalid)

    def described(self) -> dict[str, Any]:
        """As JSON; the keys are always all there and are never renamed."""
        return {
            "source": self.source,
            "done": self.done,
            "complete": self.complete,
            "notBefore": iso(self.since),
            "jtelEvents": self.looked_at,
            "same": self.same,
            "taken": _as_sent(self.taken),
            "invalid": _as_sent(self.invalid),
            "leftOut": {why.word: self.left_out[why] for why in LeftOut},
            "goneFromJtel": None if self.gone is None else self.gone_count,
            "latestGone": None if self.gone is None else _as_sent(self.gone),
        }


def _as_sent(ids: list[str]) -> list[int | str | None]:
    return [event_id_as_sent(one) for one in ids]

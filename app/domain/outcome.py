"""An outcome: what became of a callback, before it is put into an answer."""

from dataclasses import dataclass
from enum import Enum

from app.domain.entry import State
from app.domain.errors import RingbackError, SkippedError
from app.domain.reasons import Reason, Scope
from app.domain.record import Written


class Status(Enum):
    """The first word of every answer, and where the callback stands then; nowhere if this is about no callback."""

    READY = "ready"
    CREATED = "created", State.DELIVERED
    EXISTING = "existing", State.DELIVERED
    UPDATED = "updated", State.DELIVERED
    QUEUED = "queued", State.WAITING
    DISCARDED = "discarded", State.DISCARDED
    SKIPPED = "skipped", State.DISCARDED
    REFUSED = "refused", State.REFUSED
    INVALID = "invalid", State.INVALID
    NOTED = "noted"
    NOTHING_OPEN = "nothing_open"
    UNAUTHORIZED = "unauthorized"
    # Of a wish, by the way back.
    REQUESTED = "requested"
    EXISTING_EVENT = "existing_event"
    UNKNOWN = "unknown"

    state: State | None

    def __new__(cls, word: str, state: State | None = None) -> "Status":
        """`value` is the word."""
        status = object.__new__(cls)
        status._value_ = word
        status.state = state
        return status


@dataclass(frozen=True)
class Outcome:
    """What became of a callback. `reason` and `message` are there when no Case can be named."""

    status: Status
    event_id: str | None = None
    rule: str | None = None
    written: Written | None = None
    reason: Reason | None = None
    message: str | None = None

    @classmethod
    def of_error(cls, error: RingbackError, event_id: str | None = None, rule: str | None = None) -> "Outcome":
        """Nothing was written, as far as is known."""
        status = Status.INVALID if error.reason.scope is Scope.REQUEST else Status.REFUSED
        if isinstance(error, SkippedError):
            status = Status.SKIPPED
        return cls(status, event_id, rule, reason=error.reason, message=error.message)

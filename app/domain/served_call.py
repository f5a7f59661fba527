"""A call that an agent has taken, of somebody who may have asked to be called back before."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class CaseNote(Enum):
    """How far a call has come on its way to a Case of its caller."""

    OPEN = "open"  # to be tried when it is due and its callback has a Case
    COMMENTED = "commented"  # the Case has the comment
    CLOSED = "closed"  # the Case was closed before
    GONE = "gone"  # there is no Case that could have it
    FAILED = "failed"  # Salesforce has said no, again and again


@dataclass(frozen=True)
class ServedCall:
    """`number` is nothing where the caller cannot be told. `at` is on the source's clock.

    `agent` is what people call who took it. The same call has the same `identity`, however often it is sent.
    """

    source: str
    number: str | None
    at: datetime
    agent: str | None
    identity: str

    @property
    def said(self) -> str:
        """What the comment says."""
        whom = f"spoke to {self.agent}" if self.agent else "was served"
        return f"The caller has called again at {self.at:%H:%M} on {self.at:%Y-%m-%d} and {whom}."


@dataclass(frozen=True)
class ServedCase:
    """A call and a callback whose Case is to say so. Times are seconds since 1970.

    `key` tells the call from all others, `said` is what a comment says of it. `lease` is the last claim's. `has_case`
    is whether the callback was delivered, as far as was known.
    """

    id: int
    entry_id: int
    note: CaseNote
    has_case: bool
    attempts: int
    lease: str | None
    source: str
    key: str
    called_at: float
    said: str
    received_at: float

"""A call that an agent has taken, of somebody who may have asked to be called back before."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app import translation
from app.translation import gettext_noop

_SPOKE = gettext_noop("The caller has called again at {at:%H:%M} on {at:%Y-%m-%d} and spoke to {agent}.")
_SERVED = gettext_noop("The caller has called again at {at:%H:%M} on {at:%Y-%m-%d} and was served.")


class CaseNote(Enum):
    """How far a call has come on its way to a Case of its caller."""

    OPEN = "open"  # to be tried when it is due and its callback has a Case
    COMMENTED = "commented"  # the Case has the comment
    CLOSED = "closed"  # the Case was closed before
    GONE = "gone"  # there is no Case that could have it
    FAILED = "failed"  # Salesforce has said no, again and again
    UNRELATED = "unrelated"  # the callback came later, and was asked for after the call or too long before


@dataclass(frozen=True)
class ServedCall:
    """`number` is nothing where the caller cannot be told. `at` is on the source's clock.

    `agent` is what people call who took it. The same call has the same `identity`, however often it is sent. `language`
    is that of its source.
    """

    source: str
    number: str | None
    at: datetime
    agent: str | None
    identity: str
    language: str = translation.ENGLISH

    @property
    def said(self) -> str:
        """What the comment says."""
        text = translation.of(self.language).gettext(_SPOKE if self.agent else _SERVED)
        return text.format(at=self.at, agent=self.agent)


@dataclass(frozen=True)
class ServedCase:
    """A call and a callback whose Case is to say so. Times are seconds since 1970.

    `key` tells the call from all others, `said` is what a comment says of it. `lease` is the last claim's. `is_ready`
    says whether the callback has a Case that may be told now; `is_latest` whether no later call is noted for it.
    """

    id: int
    entry_id: int
    note: CaseNote
    is_ready: bool
    is_latest: bool
    attempts: int
    lease: str | None
    source: str
    key: str
    called_at: float
    said: str
    received_at: float


@dataclass(frozen=True)
class LateCallback:
    """A callback that came after a call of its caller. `called_at` is in seconds since 1970."""

    call_id: int
    entry_id: int
    source: str
    called_at: float

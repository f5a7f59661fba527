"""What may go wrong with a call of jtel's REST API."""

from app.domain.errors import RingbackError
from app.domain.reasons import Reason

_PASSES = (Reason.JTEL_UNREACHABLE, Reason.JTEL_CONNECTION_LOST, Reason.JTEL_FAILED)


class JtelError(RingbackError):
    """jtel did not do what was asked of it.

    `unknown` says that it may have been done all the same: the call is none that may be repeated, and it broke off, or
    its answer was none, after it was sent. `unsent` says that it surely was not sent. `said` is jtel's own word for the
    trouble; it may name what was asked for, so it is for a person's screen and for no log.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        unknown: bool = False,
        unsent: bool = False,
        said: str = "",
    ) -> None:
        super().__init__(reason, message)
        self.unknown = unknown
        self.unsent = unsent
        self.said = said

    @property
    def passes(self) -> bool:
        """Whether the same call may go well in a moment."""
        return self.reason in _PASSES

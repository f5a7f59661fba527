"""The one exception tree of Ringback."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.domain.reasons import Reason, Scope
from app.domain.record import Dropped, Outgoing


class RingbackError(Exception):
    """Something that a person has to hear of.

    `reason` is the stable machine word, `message` a sentence that says what came, what is wanted and who acts.
    It never holds a value that a caller sent, since it is read in logs. Only a `CrmError` fills
    in the rest; its docstring says what it means.
    """

    outcome_unknown = False
    code: str | None = None
    dropped: tuple[Dropped, ...] = ()
    sent: Outgoing | None = None
    wait = 0.0
    retry_after = 0.0
    unsent = False
    echo = False
    beside: str | None = None

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    @property
    def permanent(self) -> bool:
        """Whether trying the same again is pointless."""
        return self.reason.permanent


class PayloadError(RingbackError):
    """What came cannot be understood as a callback."""


class MappingError(RingbackError):
    """The rule could not make a record of the callback. `field` is the one whose value could not be made."""

    def __init__(self, reason: Reason, message: str, *, field: str | None = None) -> None:
        super().__init__(reason, message)
        self.field = field


class SkippedError(RingbackError):
    """The rule says that nothing is made of the callback. That is no fault: it is done."""

    def __init__(self, message: str) -> None:
        super().__init__(Reason.SKIPPED_BY_RULE, message)


class CrmError(RingbackError):
    """The CRM did not do what was asked of it.

    `outcome_unknown` says that the record may exist all the same (the connection broke after the request was sent).
    `code` is the CRM's own word for the trouble, for the log. `fields` are those of the record that it names: without
    them it might take the record. `too_long` are those of them whose text is too long, each with the length that it
    takes (0 where it does not say); `guessed` are those that it does not name, and that may be in order. `dropped` are
    those that it was tried without before this happened, `sent` is what was sent last, if that is known.

    `wait` is how long the next attempt has to wait at least, in seconds; `retry_after` is how long the CRM asks
    everybody to wait. `shared` says that another record of the same call may be the cause, so that the error counts
    only for a record that goes alone, `unsent` that the call was not even made. `beside` is the object that it is
    about, where that is not the record's own: other records do not meet it. `echo` says that the same trouble is told
    of another record, so that it need not be noted once more.
    """

    shared = False
    guessed: frozenset[str] = frozenset()

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        outcome_unknown: bool = False,
        code: str | None = None,
        fields: tuple[str, ...] = (),
        too_long: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        super().__init__(reason, message)
        self.outcome_unknown = outcome_unknown
        self.code = code
        self.fields = fields
        self.too_long = too_long

    def after_dropping(self, dropped: tuple[Dropped, ...]) -> "CrmError":
        """The same error of a record that was tried without these fields."""
        # Several records may have met one and the same error.
        return self.copy(dropped=dropped) if dropped else self

    def copy(self, **changes: Any) -> "CrmError":
        """The same error but for these changes, for one more who raises it and may change it."""
        copied = CrmError(self.reason, self.message)
        vars(copied).update(vars(self), **changes)
        return copied

    @property
    def scope(self) -> Scope:
        """How far the trouble reaches."""
        return self.reason.scope

    @property
    def is_refusal(self) -> bool:
        """Whether the record is at fault, or its rule, so that another record may be taken."""
        return self.reason.scope in (Scope.CALLBACK, Scope.RULE)


class ConfigError(Exception):
    """The configuration or a setting is wrong. `problems` holds one line each, with `file:line:column`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

"""What waits for a place of the courier. Each is itself the future of what becomes of it."""

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from enum import Enum
from itertools import count
from typing import TypeVar

from app.crm.port import MOST_AT_ONCE
from app.delivery.courier.sending import Sending
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.record import Written

T = TypeVar("T")

_numbers = count()


class Lane(Enum):
    """Requests are waited for; nobody waits for the backlog."""

    REQUEST = "request"
    BACKLOG = "backlog"


class Member(Future[Written]):
    """A record that is to go in a call, perhaps with others: at most `most` at once, itself included.

    `unknown` is the error of the first call after which nobody knows whether the record was written. Of two records the
    one with the lower `number` came first. `group` is the CRM's, see `Crm.group`.
    """

    def __init__(
        self,
        sending: Sending,
        external_id: str,
        deadline: Deadline,
        *,
        rule: str,
        config: str,
        lane: Lane,
        alone: bool = False,
    ) -> None:
        super().__init__()
        self.sending = sending
        self.external_id = external_id
        self.deadline = deadline
        self.rule = rule
        self.config = config
        self.lane = lane
        self.most = 1 if alone else MOST_AT_ONCE
        self.number = next(_numbers)
        self.group = ""
        self.unknown: CrmError | None = None

    def fail(self, error: CrmError, *, echo: bool = False) -> None:
        """This is the end of it. `echo`: another member tells of the same trouble."""
        final = self.sending.failed(error)
        if self.unknown is not None and not final.outcome_unknown:
            # What a later call has met does not tell what became of the first.
            final = self.unknown.after_dropping(final.dropped).copy()
            final.wait, final.retry_after = error.wait, error.retry_after
        if echo:
            final = final.copy()
            final.echo = True
        self.set_exception(final)


class Look(Future[T]):
    """Something else that asks the CRM, in the context of who wants it."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__()
        self._work, self._context = work, copy_context()

    def run(self) -> None:
        """Does it."""
        try:
            self.set_result(self._context.run(self._work))
        except BaseException as error:
            self.set_exception(error)

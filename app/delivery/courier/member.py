"""What waits for a place of the courier. Each is itself the future of what becomes of it."""

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import replace
from enum import Enum
from itertools import count
from typing import TypeVar

from app.crm.port import MOST_AT_ONCE, BatchCrm
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.courier.sending import Sending
from app.domain.errors import CrmError
from app.domain.record import Written
from app.waiting import Deadline

T = TypeVar("T")

_numbers = count()


class Lane(Enum):
    """Requests are waited for; nobody waits for the backlog."""

    REQUEST = "request"
    BACKLOG = "backlog"


class Member(Future[Written]):
    """A record that is to go in a call, perhaps with others: at most `most` at once, itself included.

    `unknown` is the error of the first call after which nobody knows whether the record was written. Of two records the
    one with the lower `number` came first. `group` is the CRM's, see `BatchCrm.group`. `seen` is the version of what
    was known to be refused when it was last left out.
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
        self.seen = 0
        self._sized: tuple[Sending, int] | None = None
        self.unknown: CrmError | None = None

    def refresh(self, known: KnownDrops) -> None:
        """Leaves out of the member what is known to be refused. A member that tries such a field again goes alone."""
        self.seen = known.version
        left_out = self.sending.leave_out(*known.of(self.config, self.rule, self.sending.record))
        self.sending = left_out.within(known.limits(self.config, self.rule))
        if self.sending.tried:
            self.most = 1

    def size(self, crm: BatchCrm) -> int:
        """How many bytes of a call it takes at most."""
        if self._sized is None or self._sized[0] is not self.sending:
            self._sized = self.sending, crm.size(self.sending.record)
        return self._sized[1]

    def refused(self, error: CrmError, known: KnownDrops) -> bool:
        """Cuts or drops what the record was refused for; says whether it goes again."""
        following = self.sending.after(error)
        if following is None:
            return False
        known.refused(self.config, self.rule, self.sending, error)
        self.sending = following
        return True

    def succeed(self, written: Written, known: KnownDrops) -> None:
        """The member ends well: the record is there, without what was left out."""
        if written.created and known.version:
            known.worked(self.config, self.rule, self.sending.record)
        # What is found after such a call, that call may have made.
        in_doubt = written.in_doubt or (self.unknown is not None and not written.created)
        dropped = self.sending.dropped or written.dropped
        self.set_result(replace(written, in_doubt=in_doubt, dropped=dropped, sent=self.sending.sent))

    def fail(self, error: CrmError, *, echo: bool = False) -> None:
        """The member ends with this error. `echo`: another member tells of the same trouble."""
        # What was not sent says nothing of the record, however its earlier calls have ended.
        final = error.after_dropping(self.sending.dropped) if error.unsent else self.sending.failed(error)
        if self.unknown is not None and not final.outcome_unknown:
            # What a later call has met does not tell what became of the first.
            final = self.unknown.after_dropping(final.dropped).copy(wait=error.wait, retry_after=error.retry_after)
        if not error.unsent or self.unknown is not None:
            final = final.copy(sent=self.sending.sent)
        self.set_exception(final.copy(echo=True) if echo else final)

    def stumble(self, bug: Exception) -> None:
        """This is the end of it: our own code stumbled. That does not tell what became of an earlier call."""
        if self.unknown is not None:
            self.fail(self.unknown)
        else:
            self.set_exception(bug)


class Look(Future[T]):
    """Another question to the CRM, asked in the context of whoever wants to know."""

    def __init__(self, work: Callable[[], T], lane: Lane) -> None:
        super().__init__()
        self.lane = lane
        self.number = next(_numbers)
        self._work, self._context = work, copy_context()

    def run(self) -> None:
        """Asks, and keeps the answer or the error."""
        try:
            self.set_result(self._context.run(self._work))
        except BaseException as error:
            self.set_exception(error)

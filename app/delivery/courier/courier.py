"""The one path to the CRM, for requests and engine: what comes together goes together, and alone it goes at once."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from app.crm.port import ResolvingCrm
from app.delivery.courier.dropping import Dropping
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.courier.looked_up import LookedUp
from app.delivery.courier.member import Lane, Look, Member
from app.delivery.courier.places import Places
from app.delivery.courier.rounds import Rounds, busy
from app.delivery.courier.sending import Sending
from app.domain.deadline import GRACE, Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Written

T = TypeVar("T")

# Places of the backlog; for how long one of its calls may last, and how long it should.
FEW = 2
BACKLOG_SECONDS = 30.0
BACKLOG_SOON = 10.0


class Courier:
    """For all calls of a process, so many `places` at a time. Requests are to be answered within `seconds`.

    Its threads begin when it is first used, which has to be after any fork.
    """

    def __init__(self, crm: ResolvingCrm, known: KnownDrops, places: int, seconds: float = 5.0) -> None:
        self._crm = crm
        self._rounds = Rounds(crm, Dropping(known), self._trouble)
        self._looked_up = LookedUp()
        self._closed: tuple[float, CrmError] | None = None
        few, go = min(FEW, places), self._rounds.go
        self._places = {
            Lane.REQUEST: Places(Lane.REQUEST, max(1, places - few), go, seconds=seconds, soon=seconds / 4),
            Lane.BACKLOG: Places(Lane.BACKLOG, few, go, seconds=BACKLOG_SECONDS, soon=BACKLOG_SOON),
        }

    def create(
        self,
        sending: Sending,
        external_id: str,
        deadline: Deadline,
        *,
        rule: str,
        config: str,
        lane: Lane = Lane.REQUEST,
    ) -> Future[Written]:
        """What becomes of the record, in the end. Returns once what it names has been looked up.

        The future's error is a `CrmError`, which is `unsent` if no call has begun by the deadline.
        """
        member = Member(sending, external_id, deadline, rule=rule, config=config, lane=lane)
        self.send([member])
        return member

    def send(self, members: Sequence[Member]) -> None:
        """The same for several of one lane, which can all go together."""
        ready = [member for member in members if self._is_open_to(member) and self._look_up(member)]
        if ready:
            self._rounds.queue(self._places[ready[0].lane], ready)

    def withdraw(self, future: Future[Written]) -> bool:
        """Whether the record could be taken back: it has surely not been written, and the future is cancelled."""
        if not isinstance(future, Member) or not self._places[future.lane].withdraw(future):
            return False
        if future.unknown is None:
            return future.cancel()
        future.fail(future.unknown)
        return False

    def look(self, work: Callable[[], T], deadline: Deadline) -> T:
        """What `work`, which asks the CRM for something else or adds to a record, returns or raises.

        Raises `CrmError` at the deadline, though `work` hangs: what may have been added is unknown then.
        """
        look, places = Look(work), self._places[Lane.REQUEST]
        places.add(look)
        try:
            return look.result(deadline.remaining() + GRACE)
        except TimeoutError as error:
            if places.withdraw(look):
                raise busy() from error
            raise CrmError(Reason.CRM_TIMEOUT, "Salesforce did not answer in time.", outcome_unknown=True) from error

    def turn_back(self, error: CrmError, rule: str | None = None) -> None:
        """Delivery pauses, for all or for this rule: what no call has taken yet ends with this error, unsent."""
        for places in self._places.values():
            for member in places.withdraw_all(rule):
                member.fail(_unsent(error), echo=True)

    def close(self) -> None:
        """Waits for what is under way or queued."""
        for places in self._places.values():
            places.close()

    def _trouble(self, error: CrmError) -> None:
        """All seem to meet it, or all are asked to wait."""
        if error.retry_after:
            self._closed = (time.monotonic() + error.retry_after, error)
        self.turn_back(error)

    def _is_open_to(self, member: Member) -> bool:
        until, error = self._closed or (0.0, None)
        left = until - time.monotonic()
        if error is None or left <= 0:
            return True
        unsent = _unsent(error)
        unsent.retry_after = left
        member.fail(unsent, echo=True)
        return False

    def _look_up(self, member: Member) -> bool:
        """Asks for what the record names, lest companions have to wait for that; whether the record may go now."""
        self._rounds.dropping.refresh(member)
        record = member.sending.record
        if member.lane is Lane.BACKLOG or self._looked_up.knows(record):
            return True
        try:
            self.look(lambda: self._crm.resolve(record, member.deadline), member.deadline)
        except CrmError as error:
            # A name that leads nowhere costs its field, and the call that is to say so is not even made.
            if not error.fields:
                error.outcome_unknown = False
                member.fail(error)
                return False
        self._looked_up.note(record)
        return True


def _unsent(error: CrmError) -> CrmError:
    unsent = error.copy()
    unsent.unsent, unsent.outcome_unknown = True, False
    return unsent

"""The one way to the CRM of a process: what is sent and what is looked up, at most so many calls at a time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from typing import TypeVar

from app.crm.port import Crm
from app.delivery.courier.dropping import DroppingCrm
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.courier.sending import Sending
from app.domain.deadline import GRACE, Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Written

T = TypeVar("T")


class Lane(Enum):
    """Who sends: requests go first."""

    REQUEST = "request"
    BACKLOG = "backlog"


class Courier:
    """Safe to use from many threads. Its threads begin with the first call, after any fork."""

    def __init__(self, crm: Crm, known: KnownDrops, places: int) -> None:
        self._crm = crm
        self._known = known
        self._pool = ThreadPoolExecutor(places, thread_name_prefix="courier")

    def create(
        self,
        sending: Sending,
        external_id: str,
        deadline: Deadline,
        *,
        rule: str,
        config: str,
        lane: Lane = Lane.REQUEST,  # noqa: ARG002
    ) -> Future[Written]:
        """Creates the record, without what the CRM refuses. The future has what came of it, or a `RingbackError`."""
        crm = DroppingCrm(self._crm, self._known, config, rule)
        return self._pool.submit(lambda: crm.finish(crm.refresh(sending), external_id, deadline))

    def withdraw(self, future: Future[Written]) -> bool:
        """Whether its call had not begun: nothing was sent, and nothing will be."""
        return future.cancel()

    def look(self, work: Callable[[], T], deadline: Deadline) -> T:
        """What `work` gives, which asks the CRM or adds a comment. Raises `CrmError` at the deadline."""
        future = self._pool.submit(work)
        try:
            return future.result(deadline.remaining() + GRACE)
        except TimeoutError:
            begun = not future.cancel()
        late = CrmError(Reason.CRM_TIMEOUT, "Salesforce has not answered in time.", outcome_unknown=begun)
        late.unsent = not begun
        raise late

    def close(self) -> None:
        """Waits for the calls that are under way."""
        self._pool.shutdown()

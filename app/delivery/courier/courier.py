"""The one path to the CRM, for requests and engine: what comes together goes together, and alone it goes at once."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TypeVar

from app.crm.port import BatchCrm, Promise
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.courier.member import Lane, Look, Member
from app.delivery.courier.places import Places, busy
from app.delivery.pausing import Away
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref
from app.waiting import GRACE, Deadline, is_done

T = TypeVar("T")

# Places of the backlog; for how long one of its calls may last, and how long it should.
FEW = 2
BACKLOG_SECONDS = 30.0
BACKLOG_SOON = 10.0
# So long, and for so many names, it is known that the CRM was asked for them. The CRM's own memory lasts longer.
LOOKED_UP_SECONDS = 50.0
_MOST_LOOKED_UP = 10_000


class Courier:
    """Makes all calls of a process, up to `places` at a time. Requests have to be answered within `seconds`.

    Its threads begin when it is first used, which has to be after any fork.
    """

    def __init__(self, crm: BatchCrm, known: KnownDrops, places: int, seconds: float = 5.0) -> None:
        # What is unknown is tried again in many places, by this process or another one.
        if crm.promise is not Promise.UNIQUE:
            raise ValueError(f"delivery needs a CRM that promises {Promise.UNIQUE}, not {crm.promise}")
        self._crm, self._known = crm, known
        # Until when each name need not be asked for.
        self._looked_up: dict[tuple[str, Ref], float] = {}
        self._closed: tuple[float, CrmError] | None = None
        # It is done once the process is to end.
        self.leaving: Future[None] = Future()
        few, shared = min(FEW, places - 1), (crm, known, Away(), self._trouble)
        requests = Places("request", places - few, *shared, seconds=seconds, soon=seconds / 4)
        # The only place is for both.
        backlog = Places("backlog", few, *shared, seconds=BACKLOG_SECONDS, soon=BACKLOG_SOON) if few else requests
        self._places = {Lane.REQUEST: requests, Lane.BACKLOG: backlog}

    def send(self, members: Sequence[Member]) -> None:
        """Each hears what becomes of its record. Those of one lane can all go together.

        Returns once what they name has been looked up. An error is a `CrmError`, which is `unsent` if no call has begun
        by the deadline.
        """
        ready = self._looked_up_of([member for member in members if self._is_open_to(member)])
        if ready:
            self._places[ready[0].lane].queue(ready)

    def withdraw(self, member: Member) -> bool:
        """Whether the record could be taken back: it has surely not been written, and its future is cancelled."""
        if not self._places[member.lane].withdraw(member):
            return False
        if member.unknown is None:
            return member.cancel()
        member.fail(member.unknown)
        return False

    def look(self, work: Callable[[], T], deadline: Deadline, lane: Lane = Lane.REQUEST) -> T:
        """Does `work`, which asks the CRM for something else or adds to a record, and returns or raises what it does.

        Raises `CrmError` at the deadline, even if `work` hangs. Then it is unknown whether something was added.
        """
        look, places = Look(work, lane), self._places[lane]
        places.add(look)
        if is_done(look, deadline.remaining() + GRACE):
            # One that `work` raises says as little.
            with suppress(TimeoutError):
                return look.result()
        elif places.withdraw(look):
            raise busy()
        raise CrmError(Reason.CRM_TIMEOUT, "Salesforce did not answer in time.", outcome_unknown=True)

    def turn_back(self, error: CrmError, rule: str | None = None) -> None:
        """Delivery pauses, for all or for this rule: records that are in no call yet end with this error, unsent."""
        for places in self._places.values():
            for member in places.withdraw_all(rule):
                member.fail(_as_unsent(error), echo=True)

    def backlog_in(self, seconds: float) -> int:
        """How many records of the backlog can be sent in so many seconds, by what is known of their pace."""
        places = self._places[Lane.BACKLOG]
        return places.count * places.pace.records_in(seconds)

    def end_backlog(self) -> None:
        """From now on no call begins for the backlog: what waits, and what comes later, ends unsent."""
        with suppress(InvalidStateError):
            self.leaving.set_result(None)
        for places in self._places.values():
            places.end(Lane.BACKLOG)

    def close(self, seconds: float | None = None) -> None:
        """Waits for what is under way or queued, so many seconds at most."""
        end = time.monotonic() + (seconds or 0.0)
        for places in self._places.values():
            places.close(None if seconds is None else max(0.0, end - time.monotonic()))

    def _trouble(self, error: CrmError) -> None:
        """All seem to meet it, or all are asked to wait."""
        until = time.monotonic() + error.retry_after
        # A call that was made before may be asked for less.
        if error.retry_after and (self._closed is None or self._closed[0] < until):
            self._closed = (until, error)
        self.turn_back(error)

    def _is_open_to(self, member: Member) -> bool:
        until, error = self._closed or (0.0, None)
        left = until - time.monotonic()
        if error is None or left <= 0:
            return True
        member.fail(_as_unsent(error).copy(retry_after=left), echo=True)
        return False

    def _looked_up_of(self, members: Sequence[Member]) -> list[Member]:
        """Looks up the names in the records, so that no call waits for it. Those of these members whose may go."""
        for member in members:
            if member.seen != self._known.version:
                member.refresh(self._known)
        unknown = [member for member in members if not self._is_looked_up(member.sending.record)]
        if not unknown:
            return list(members)
        told: set[int] = set()
        until = time.monotonic() + LOOKED_UP_SECONDS
        for member, error in zip(unknown, self._look_up(unknown), strict=True):
            # A name that leads nowhere costs its field, and the call that is to say so is not even made.
            if error is None or (isinstance(error, CrmError) and error.fields):
                self._looked_up |= {(member.sending.record.object, ref): until for ref in _refs(member.sending.record)}
                continue
            if not isinstance(error, CrmError):
                member.stumble(error)
                continue
            # One of them tells of the trouble; for the others nothing was even tried.
            echo = id(error) in told
            told.add(id(error))
            member.fail(error.copy(unsent=echo or error.unsent, outcome_unknown=False), echo=echo)
        return [member for member in members if not member.done()]

    def _look_up(self, members: Sequence[Member]) -> Sequence[Exception | None]:
        """Why the records may not go, for each."""
        records, lane = [member.sending.record for member in members], members[0].lane
        deadline = min((member.deadline for member in members), key=lambda one: one.end)
        seconds = self._places[lane].seconds

        def look_up() -> Sequence[CrmError | None]:
            return self._crm.look_up(records, Deadline(min(seconds, deadline.remaining())))

        if len(self._looked_up) > _MOST_LOOKED_UP:
            self._looked_up.clear()
        try:
            return self.look(look_up, deadline, lane)
        except CrmError as error:
            return [error] * len(members)
        # A bug with one record must not cost the others. Alone, the one that it stumbles over is told.
        except Exception as bug:
            if len(members) > 1:
                return [found for member in members for found in self._look_up([member])]
            return [bug]

    def _is_looked_up(self, record: Record) -> bool:
        """Whether nothing that the record names has to be asked for. The first callback has done so for all."""
        now = time.monotonic()
        return all(self._looked_up.get((record.object, ref), 0.0) > now for ref in _refs(record))


def _refs(record: Record) -> list[Ref]:
    return [value for value in record.fields.values() if isinstance(value, Ref)]


def _as_unsent(error: CrmError) -> CrmError:
    return error.copy(unsent=True, outcome_unknown=False)

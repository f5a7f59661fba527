"""The places of a lane: each makes one call at a time, with what may go together of all that waits."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from app.crm.port import MOST_AT_ONCE, MOST_BYTES, BatchCrm
from app.delivery.courier.guilt import is_its_own
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.courier.member import Lane, Look, Member
from app.delivery.pausing import Away, Result, is_of_all
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Written
from app.gather import Gather
from app.ledger.patience import BRIEF, patience
from app.waiting import Deadline

log = structlog.get_logger()

# A call may outlast a member's deadline by so much: its lease lasts longer.
BEYOND = 10.0
# A call that has just begun is still being written: what comes meanwhile gathers, and none goes beside it.
SETTING_OUT = 0.005
# What a record is thought to take before any was measured: one with a few flows.
FIRST_GUESS = 0.05
# A faster call counts at once. With a slower one what is known counts for half as much.
DECAY = 0.5
# After silence each call that is answered may be followed by one so many times as large: a backlog waits.
GROWTH = 8
Item = Member | Look[Any]


@dataclass
class _Group:
    seconds: float = 0.0
    records: float = 0.0
    most: int = MOST_AT_ONCE

    @property
    def each(self) -> float:
        return self.seconds / self.records if self.records else FIRST_GUESS


class Pace:
    """How many records a call may have: by the time that they take, and by what the last calls came to.

    Of one lane, whose calls should end within so many `seconds`. Safe to use from many threads.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._groups: dict[str, _Group] = {}
        self._lock = threading.Lock()

    def most(self, group: str) -> int:
        """How many records of this group may go in the next call."""
        known = self._groups.get(group) or _Group()
        return max(1, min(known.most, int(self._seconds / known.each)))

    def records_in(self, seconds: float) -> int:
        """How many records one place can send in so many seconds, at the pace of the fastest group; at least one."""
        fastest = min((known.each for known in list(self._groups.values())), default=FIRST_GUESS)
        return max(1, int(seconds / fastest))

    def measured(self, group: str, seconds: float, records: int) -> None:
        """A call of so many was answered after so long."""
        with self._lock:
            known = self._groups.setdefault(group, _Group())
            known.most = min(MOST_AT_ONCE, max(known.most, GROWTH * records))
            if not known.records or seconds / records < known.each:
                known.seconds, known.records = seconds, float(records)
            # Most of what one that goes alone takes is the call itself.
            elif records > 1:
                known.seconds = DECAY * known.seconds + seconds
                known.records = DECAY * known.records + records

    def unanswered(self, group: str, records: int) -> None:
        """Nobody answered a call of so many: the next one has half of them, down to one record."""
        with self._lock:
            known = self._groups.setdefault(group, _Group())
            if records > 1:
                known.most = records // 2


class Places:
    """So many places, for one lane or both. `seconds` is how long a call may last, `soon` how long it should.

    `trouble` is told what all seem to meet, or what asks all to wait.
    """

    def __init__(
        self,
        name: str,
        count: int,
        crm: BatchCrm,
        known: KnownDrops,
        away: Away,
        trouble: Callable[[CrmError], None],
        *,
        seconds: float,
        soon: float,
    ) -> None:
        self.pace, self.count, self.seconds = Pace(soon), count, seconds
        self._crm, self._known, self._away, self._trouble = crm, known, away, trouble
        self._latest: Item | None = None
        self._began = 0.0
        self._ended: frozenset[Lane] = frozenset()
        self._gather = Gather[Item](
            self._round, _failed, name=f"courier-{name}", workers=count, take=self._take, again=SETTING_OUT
        )
        self.withdraw, self.close = self._gather.withdraw, self._gather.close

    def queue(self, members: Sequence[Member]) -> None:
        """Lets them wait for a call, together if they may."""
        for member in members:
            member.group = self._crm.group(member.sending.record)
        sets_out = self._latest is not None and time.monotonic() - self._began < SETTING_OUT
        self.add(*members, at_once=not sets_out)

    def add(self, *items: Item, at_once: bool = True) -> None:
        """They wait for their turn; as in `Gather.add`."""
        self._gather.add(*items, at_once=at_once)
        # Asked afterwards: either who ends the lane meets them, or they meet that it has ended.
        if self._ended:
            self._turn_away()

    def end(self, lane: Lane) -> None:
        """From now on no call begins for this lane: what waits ends unsent."""
        self._ended |= {lane}
        self._turn_away()

    def _turn_away(self) -> None:
        for item in self._gather.withdraw_all(lambda item: item.lane in self._ended):
            if isinstance(item, Member):
                item.fail(postponed())
            else:
                item.set_exception(postponed())

    def withdraw_all(self, rule: str | None) -> list[Member]:
        """Takes back the records that no call has taken yet, of this rule if it is given."""
        items = self._gather.withdraw_all(lambda item: isinstance(item, Member) and rule in (None, item.rule))
        return [item for item in items if isinstance(item, Member)]

    def _take(self, queue: Sequence[Item]) -> Sequence[Item]:
        gathering = self._latest is not None and time.monotonic() - self._began < SETTING_OUT
        waiting = sorted((item for item in queue if isinstance(item, Look) or not gathering), key=_turn)
        if not waiting or isinstance(waiting[0], Look):
            return waiting[:1]
        call = self._together([item for item in waiting if isinstance(item, Member)])
        self._latest, self._began = call[0], time.monotonic()
        return call

    def _together(self, waiting: Sequence[Member]) -> list[Member]:
        """The first one, and the next ones that may go with it."""
        first = waiting[0]
        most = min(MOST_AT_ONCE, first.most, self.pace.most(first.group))
        call: list[Member] = []
        taken: set[str] = set()
        size = 0
        for member in waiting:
            if len(call) == most:
                break
            # Who is suspected goes only with others of the call that has failed.
            if _kind(member) != _kind(first) or member.external_id in taken:
                continue
            # What it is measured for is whether it goes with others.
            size += member.size(self._crm) if len(waiting) > 1 else 0
            if call and size > MOST_BYTES:
                break
            call.append(member)
            taken.add(member.external_id)
        return call

    def _round(self, items: list[Item]) -> None:
        # A ledger that hangs must not keep a place.
        patience.set(BRIEF)
        try:
            first = items[0]
            if isinstance(first, Look):
                first.run()
            else:
                self._go([item for item in items if isinstance(item, Member)])
        finally:
            if self._latest is items[0]:
                self._latest = None

    def _go(self, members: Sequence[Member]) -> None:
        again: list[Member] = []
        call: list[Member] = []
        now = time.monotonic()
        for member in members:
            if member.deadline.end <= now:
                member.fail(busy())
            else:
                (call if self._still_goes(member, alone=len(members) == 1) else again).append(member)
        if call:
            again += self._end(call, self._call(call))
        if again:
            self.queue(again)

    def _still_goes(self, member: Member, *, alone: bool) -> bool:
        """Whether the member still fits into this call, now that more is known to be refused."""
        if member.seen == self._known.version:
            return True
        before = member.sending
        member.refresh(self._known)
        if member.sending is before or alone:
            return True
        return member.most > 1 and self._crm.group(member.sending.record) == member.group

    def _call(self, members: Sequence[Member]) -> Sequence[Result]:
        began = time.monotonic()
        left = min(member.deadline.end for member in members) - began
        results = self._results(members, Deadline(min(self.seconds, max(0.0, left) + BEYOND)))
        first = results[0]
        if not (isinstance(first, CrmError) and is_of_all(results)):
            self.pace.measured(members[0].group, time.monotonic() - began, len(members))
        elif first.outcome_unknown:
            self.pace.unanswered(members[0].group, len(members))
        return results

    def _results(self, members: Sequence[Member], deadline: Deadline) -> Sequence[Result]:
        records = [(member.sending.record, member.external_id) for member in members]
        try:
            if len(records) > 1:
                return self._crm.create_many(records, deadline)
            return [self._crm.create(*records[0], deadline)]
        except CrmError as error:
            return [error] * len(records)
        # A bug with one record must not cost the others. Alone, the one that it stumbles over is told.
        except Exception as error:
            log.error("call_stumbled", members=len(records), error=type(error).__name__, exc_info=error)
            return [error] * len(records)

    def _end(self, members: Sequence[Member], results: Sequence[Result]) -> list[Member]:
        """Tells the members what became of them; those that go again are returned."""
        asked_to_wait = [error for error in results if isinstance(error, CrmError) and error.retry_after]
        trouble = next(iter(asked_to_wait), None) or self._away.after(members[0].external_id, results)
        if trouble is not None:
            self._trouble(trouble)
        again: list[Member] = []
        told: set[tuple[int, str]] = set()
        for member, result in zip(members, results, strict=True):
            if isinstance(result, Written):
                member.succeed(result, self._known)
            elif self._goes_again(member, result, results) and trouble is None:
                again.append(member)
            elif isinstance(result, CrmError):
                # A call that failed as a whole is one trouble, or one of each rule, and not two hundred.
                trouble_of = id(result), member.rule if result.scope is Scope.RULE else ""
                member.fail(result, echo=trouble_of in told)
                told.add(trouble_of)
            else:
                member.stumble(result)
        return again

    def _goes_again(self, member: Member, error: Exception, results: Sequence[Result]) -> bool:
        if isinstance(error, CrmError) and error.outcome_unknown and member.unknown is None:
            member.unknown = error
        if not isinstance(error, CrmError) or not is_its_own(member, error, results):
            member.most = max(1, len(results) // 2)
            return len(results) > 1
        return member.refused(error, self._known)


def _turn(item: Item) -> tuple[bool, int]:
    """By age; where the lanes share their places, the backlog comes last."""
    return item.lane is Lane.BACKLOG, item.number


def _kind(member: Member) -> tuple[Lane, str, int]:
    """Only those of a kind may go together."""
    return member.lane, member.group, member.most


def busy() -> CrmError:
    """No place was free in time."""
    return _unsent(
        "All our calls to Salesforce are under way and none ended in time. Nothing was written; raise "
        "SALESFORCE_MAX_CALLS if this stays."
    )


def postponed() -> CrmError:
    """Its turn does not come any more, for a reason that is not the CRM's."""
    return _unsent("The process ended, or its database was away, before it was sent. It is due again.")


def _unsent(message: str) -> CrmError:
    return CrmError(Reason.CRM_BUSY, message).copy(unsent=True)


def _failed(items: Sequence[Item], error: BaseException) -> None:
    for item in items:
        if not item.done():
            item.set_exception(error)

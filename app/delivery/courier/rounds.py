"""One round of a place: the call is made, and each of its members ends or goes again."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from app.crm.port import Crm
from app.delivery.courier.away import Away
from app.delivery.courier.dropping import Dropping
from app.delivery.courier.guilt import Result, is_its_own, is_of_all
from app.delivery.courier.member import Look, Member
from app.delivery.courier.places import Item, Places
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Written

log = structlog.get_logger()

# A call may outlast a member's deadline by so much: its lease lasts longer.
BEYOND = 10.0


@dataclass(frozen=True)
class Rounds:
    """Shared by all places. `away` is told what all seem to meet, or what asks all to wait."""

    crm: Crm
    dropping: Dropping
    trouble: Callable[[CrmError], None]
    _away: Away = field(default_factory=Away)

    def go(self, places: Places, items: Sequence[Item]) -> None:
        """Does what one place of these has taken."""
        again: list[Member] = []
        call: list[Member] = []
        for item in items:
            if isinstance(item, Look):
                item.run()
            elif not item.deadline.remaining():
                item.fail(busy())
            else:
                (call if self._still_goes(item, alone=len(items) == 1) else again).append(item)
        if call:
            again += self._end(call, self._call(places, call))
        self.queue(places, again)

    def queue(self, places: Places, members: Sequence[Member]) -> None:
        """They wait for a call, together if they may."""
        for member in members:
            member.group = self.crm.group(member.sending.record)
        if members:
            places.add(*members)

    def _still_goes(self, member: Member, *, alone: bool) -> bool:
        """Whether it may go with these as well without what has become known to be refused."""
        before = member.sending
        self.dropping.refresh(member)
        if member.sending is before or alone:
            return True
        return member.most > 1 and self.crm.group(member.sending.record) == member.group

    def _call(self, places: Places, members: Sequence[Member]) -> Sequence[Result]:
        left = min(member.deadline.remaining() for member in members)
        deadline = Deadline(min(places.seconds, left + BEYOND))
        began = time.monotonic()
        results = self._results(members, deadline)
        if not is_of_all(results):
            places.pace.measured(members[0].group, time.monotonic() - began, len(members))
        elif isinstance(results[0], CrmError) and results[0].outcome_unknown:
            places.pace.unanswered(members[0].group, len(members))
        return results

    def _results(self, members: Sequence[Member], deadline: Deadline) -> Sequence[Result]:
        records = [(member.sending.record, member.external_id) for member in members]
        try:
            if len(records) > 1:
                return self.crm.create_many(records, deadline)
            return [self.crm.create(*records[0], deadline)]
        except CrmError as error:
            return [error] * len(records)
        # A bug with one record must not cost the others. Alone, the one that it stumbles over is told.
        except Exception as error:
            log.error("call_stumbled", members=len(records), error=type(error).__name__, exc_info=error)
            return [error] * len(records)

    def _end(self, members: Sequence[Member], results: Sequence[Result]) -> list[Member]:
        """Tells the members what became of them; those that go again are returned."""
        asked_to_wait = [error for error in results if isinstance(error, CrmError) and error.retry_after]
        trouble = next(iter(asked_to_wait), None) or self._away.after(members, results)
        if trouble is not None:
            self.trouble(trouble)
        again: list[Member] = []
        told: set[int] = set()
        for member, result in zip(members, results, strict=True):
            if isinstance(result, Written):
                member.set_result(self.dropping.written(member, result))
            elif self._goes_again(member, result, results) and trouble is None:
                again.append(member)
            elif isinstance(result, CrmError):
                # A call that failed as a whole is one trouble and not two hundred.
                member.fail(result, echo=id(result) in told)
                told.add(id(result))
            else:
                member.set_exception(result)
        return again

    def _goes_again(self, member: Member, error: Exception, results: Sequence[Result]) -> bool:
        if isinstance(error, CrmError) and error.outcome_unknown and member.unknown is None:
            member.unknown = error
        if not isinstance(error, CrmError) or not is_its_own(member, error, results):
            member.most = max(1, len(results) // 2)
            return len(results) > 1
        return self.dropping.refused(member, error)


def busy() -> CrmError:
    """No place was free in time."""
    error = CrmError(
        Reason.CRM_BUSY,
        "All our calls to Salesforce are under way and none ended in time. Nothing was written; raise "
        "SALESFORCE_MAX_CALLS if this stays.",
    )
    error.unsent = True
    return error

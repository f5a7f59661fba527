"""Delivers several entries together, and settles each by itself."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from app.crm.port import MOST_AT_ONCE
from app.delivery.attempt import Attempts
from app.delivery.bounded import OverdueError
from app.delivery.courier.member import Lane, Member
from app.delivery.courier.places import postponed
from app.delivery.engine.leases import Leases
from app.delivery.engine.prepare import Prepared, goes_alone, prepare
from app.delivery.entry.settle import settle
from app.domain.entry import Entry
from app.domain.record import Written
from app.ledger.database import LedgerError
from app.mapping.rules import Config
from app.waiting import TimeSpent, asking_crm, time_spent

# An attempt of the engine keeps nobody waiting, but has to end before its lease does.
SECONDS = 30.0
# So long those that go together may wait until their calls begin; what has not begun then is due again.
QUEUE_SECONDS = 75.0
# A process that ends waits so long for calls that are under way.
LEAVE_SECONDS = 10.0
# So many results are written down at a time, which the ledger does in one go.
SETTLERS = 16


@dataclass(frozen=True)
class Batch:
    """For one delivery; what goes as a `probe` goes alone. `_ready` is what has not been sent yet, by its group."""

    config: Config
    attempts: Attempts
    leases: Leases
    probe: bool = False
    _ready: dict[str, list[Member]] = field(default_factory=lambda: defaultdict(list))
    _together: dict[Member, Prepared] = field(default_factory=dict)
    _alone: list[Prepared] = field(default_factory=list)

    def deliver(self, entries: Sequence[Entry]) -> None:
        """Attempts and settles all of them. Raises `LedgerError`.

        Their leases are prolonged meanwhile. What is left when the process ends, or the ledger goes away, is given
        back.
        """
        rest = deque(entries)
        settlers = ThreadPoolExecutor(SETTLERS, thread_name_prefix="engine-settle")
        with self.leases.kept(), settlers as pool, time_spent() as spent:
            try:
                while rest and not self.attempts.courier.leaving.done():
                    self._prepare(rest[0])
                    rest.popleft()
            except LedgerError:
                rest.extend(one.entry for one in self._alone)
                self._alone.clear()
                raise
            finally:
                # First, since what is sent may take long.
                self._give_back(rest, pool)
                for ready in self._ready.values():
                    self.attempts.courier.send(ready)
                self._settle_all(pool, spent)
            # After the others, since they follow what may be among them.
            for one in self._alone:
                self.attempts.run(one.entry, one.callback, one.rule, self.leases.within(SECONDS))
                self.leases.step()

    def _prepare(self, entry: Entry) -> None:
        """What fills a call is sent at once, before the rest is prepared."""
        prepared = prepare(self.config, self.attempts, entry)
        if prepared is not None and goes_alone(self.attempts, prepared):
            self._alone.append(prepared)
        elif prepared is not None:
            member = Member(
                prepared.sending,
                str(entry.external_id),
                self.leases.within(QUEUE_SECONDS),
                rule=prepared.rule.name,
                config=self.attempts.config,
                lane=Lane.BACKLOG,
                alone=self.probe,
            )
            self._together[member] = prepared
            ready = self._ready[self.attempts.crm.group(prepared.sending.record)]
            ready.append(member)
            if len(ready) == MOST_AT_ONCE:
                self.attempts.courier.send(ready)
                ready.clear()
        self.leases.step()

    def _settle_all(self, pool: ThreadPoolExecutor, spent: TimeSpent) -> None:
        with asking_crm():
            for _ in pool.map(lambda member: self._settle(member, spent), self._ended()):
                pass

    def _ended(self) -> Iterator[Member]:
        """Each as it ends. What hangs when the process is to end comes at last, and has not."""
        left, leaving = set(self._together), self.attempts.courier.leaving
        waited_for: list[Future[Any]] = [*left, leaving]
        for ended in as_completed(waited_for) if left else ():
            if isinstance(ended, Member):
                left.remove(ended)
                yield ended
            if ended is leaving or not left:
                break
        with suppress(TimeoutError):
            for ended in as_completed(tuple(left), LEAVE_SECONDS):
                if isinstance(ended, Member):
                    left.remove(ended)
                    yield ended
        yield from left

    def _settle(self, member: Member, spent: TimeSpent) -> None:
        prepared = self._together[member]
        entry, rule = prepared.entry, prepared.rule.name
        delivery = self.attempts.case_delivery(entry, prepared.callback, rule, self.leases.within(SECONDS))
        result = self.attempts.caught(lambda: delivery.own_or_follow(prepared.sending.whole, _result(member)))
        self.attempts.settle(entry, rule, result, spent)
        self.leases.step()

    def _give_back(self, entries: Iterable[Entry], pool: ThreadPoolExecutor) -> None:
        """What is settled already stays as it is. While the ledger is away the end of their leases does it."""
        ledger = self.attempts.ledger
        with suppress(LedgerError):
            for _ in pool.map(lambda one: ledger.change(one.id, settle(one, one.rule or "", postponed())), entries):
                pass


def _result(member: Member) -> Written:
    """What became of the record. Raises `CrmError`, whose outcome is unknown while its call hangs."""
    if member.done():
        return member.result()
    overdue = OverdueError(member)
    # It hangs for all in the call, which is no reason to pause.
    overdue.echo = True
    raise overdue

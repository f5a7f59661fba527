"""Delivers several entries together, and settles each by itself."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field

from app.crm.port import MOST_AT_ONCE
from app.delivery.attempt import Attempts
from app.delivery.courier.member import Lane, Member
from app.delivery.courier.places import postponed
from app.delivery.engine.claiming import keeping_leases
from app.delivery.engine.prepare import Prepared, goes_alone, prepare
from app.delivery.engine.progress import Progress
from app.domain.deadline import Deadline
from app.domain.entry import Entry
from app.domain.record import Written
from app.ledger.database import LedgerError
from app.ledger.queue import Queue
from app.mapping.rules import Config
from app.observability.time_spent import TimeSpent, asking_crm, time_spent
from app.rules_in_force.in_force import InForce

# An attempt of the engine keeps nobody waiting, but has to end before its lease does.
SECONDS = 30.0
# So long those that go together may wait until their calls begin; what has not begun then is due again.
QUEUE_SECONDS = 75.0
# So many results are written down at a time, which the ledger does in one go.
SETTLERS = 16


@dataclass(frozen=True)
class Batches:
    """Batches, each with the configuration that is in force when it begins."""

    in_force: InForce
    attempts: Attempts
    _under_way: list[Progress] = field(default_factory=list)

    def deliver(self, entries: Sequence[Entry], *, probe: bool = False) -> None:
        """As `Batch.deliver`."""
        now = self.in_force.loaded
        batch = Batch(now.config, self.attempts.under(now.hash))
        self._under_way.append(batch.progress)
        try:
            batch.deliver(entries, probe=probe)
        finally:
            self._under_way.remove(batch.progress)

    @property
    def is_stuck(self) -> bool:
        """Whether one of them has not got on for too long."""
        return any(progress.is_stuck for progress in list(self._under_way))


@dataclass(frozen=True)
class Batch:
    """For one delivery. `_ready` is what has not been sent yet, by its group."""

    config: Config
    attempts: Attempts
    progress: Progress = field(default_factory=Progress)
    _ready: dict[str, list[Member]] = field(default_factory=lambda: defaultdict(list))
    _together: dict[Future[Written], Prepared] = field(default_factory=dict)
    _alone: list[Prepared] = field(default_factory=list)

    def deliver(self, entries: Sequence[Entry], *, probe: bool = False) -> None:
        """Attempts and settles all of them; what goes as a `probe` goes alone. Raises `LedgerError`.

        Their leases are prolonged meanwhile. What is left when the process ends, or the ledger goes away, is given
        back.
        """
        rest = deque(entries)
        settlers = ThreadPoolExecutor(SETTLERS, thread_name_prefix="engine-settle")
        with (
            keeping_leases(Queue(self.attempts.settler.ledger), entries, self.progress),
            settlers as pool,
            time_spent() as spent,
        ):
            try:
                while rest and not self.attempts.courier.backlog_ended:
                    self._prepare(rest[0], probe=probe)
                    rest.popleft()
            except LedgerError:
                rest.extend(one.entry for one in self._alone)
                self._alone.clear()
                raise
            finally:
                for ready in self._ready.values():
                    self.attempts.courier.send(ready)
                # First, since what is under way may take long.
                self._give_back(rest, pool)
                self._settle_all(pool, spent)
            # After the others, since they follow what may be among them.
            for prepared in self._alone:
                self.attempts.run(prepared.entry, prepared.callback, prepared.rule, Deadline(SECONDS))
                self.progress.step()

    def _prepare(self, entry: Entry, *, probe: bool) -> None:
        """What fills a call is sent at once, before the rest is prepared."""
        prepared = prepare(self.config, self.attempts, entry)
        if prepared is not None and goes_alone(self.attempts, prepared):
            self._alone.append(prepared)
        elif prepared is not None:
            member = self._member(prepared, probe=probe)
            self._together[member] = prepared
            ready = self._ready[self.attempts.crm.group(prepared.sending.record)]
            ready.append(member)
            if len(ready) == MOST_AT_ONCE:
                self.attempts.courier.send(ready)
                ready.clear()
        self.progress.step()

    def _member(self, prepared: Prepared, *, probe: bool) -> Member:
        return Member(
            prepared.sending,
            str(prepared.entry.external_id),
            Deadline(QUEUE_SECONDS),
            rule=prepared.rule.name,
            config=self.attempts.config,
            lane=Lane.BACKLOG,
            alone=probe,
        )

    def _settle_all(self, pool: ThreadPoolExecutor, spent: TimeSpent) -> None:
        with asking_crm():
            for _ in pool.map(lambda member: self._settle(member, spent), as_completed(self._together)):
                pass

    def _settle(self, ended: Future[Written], spent: TimeSpent) -> None:
        prepared = self._together[ended]
        entry, rule = prepared.entry, prepared.rule.name
        delivery = self.attempts.case_delivery(entry, prepared.callback, rule, Deadline(SECONDS))
        result = self.attempts.caught(lambda: delivery.own_or_follow(prepared.sending.whole, ended.result()))
        self.attempts.settle(entry, rule, result, spent)
        self.progress.step()

    def _give_back(self, entries: Iterable[Entry], pool: ThreadPoolExecutor) -> None:
        """What is settled already stays as it is. While the ledger is away the end of their leases does it."""
        with suppress(LedgerError):
            for _ in pool.map(lambda entry: self.attempts.settler.give_back(entry, postponed()), entries):
                pass

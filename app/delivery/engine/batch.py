"""Delivers several entries together, and settles each by itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from app.crm.time_spent import TimeSpent, asking_crm, time_spent
from app.delivery.attempt import Attempts
from app.delivery.courier.member import Lane, Member
from app.delivery.engine.prepare import Prepared, goes_alone, prepare
from app.domain.deadline import Deadline
from app.domain.entry import Entry
from app.domain.record import Written
from app.mapping.rules import Config
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

    current: InForce
    attempts: Attempts

    def deliver(self, entries: Sequence[Entry], *, probe: bool = False) -> None:
        """As `Batch.deliver`."""
        now = self.current.get()
        Batch(now.config, self.attempts.under(now.hash)).deliver(entries, probe=probe)


@dataclass(frozen=True)
class Batch:
    """Not shared: each engine has its own."""

    config: Config
    attempts: Attempts

    def deliver(self, entries: Iterable[Entry], *, probe: bool = False) -> None:
        """Attempts and settles all of them; what goes as a `probe` goes alone. Raises `LedgerError`."""
        together: dict[Future[Written], Prepared] = {}
        alone: list[Prepared] = []
        for prepared in self._prepared(entries):
            if goes_alone(self.attempts, prepared):
                alone.append(prepared)
            else:
                together[self._member(prepared, probe=probe)] = prepared
        self._deliver(together)
        # After the others, since they follow what may be among them.
        for prepared in alone:
            self.attempts.run(prepared.entry, prepared.callback, prepared.rule, Deadline(SECONDS))

    def _prepared(self, entries: Iterable[Entry]) -> Iterator[Prepared]:
        for entry in entries:
            prepared = prepare(self.config, self.attempts, entry)
            if prepared is not None:
                yield prepared

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

    def _deliver(self, together: Mapping[Future[Written], Prepared]) -> None:
        if not together:
            return
        settlers = ThreadPoolExecutor(SETTLERS, thread_name_prefix="engine-settle")
        with time_spent() as spent, settlers as pool, asking_crm():
            self.attempts.courier.send([member for member in together if isinstance(member, Member)])
            ended = as_completed(together)
            for _ in pool.map(lambda member: self._settle(together[member], member, spent), ended):
                pass

    def _settle(self, prepared: Prepared, ended: Future[Written], spent: TimeSpent) -> None:
        content = self.attempts.content(prepared.entry, prepared.callback, prepared.rule, Deadline(SECONDS))
        result = self.attempts.caught(lambda: content.own_or_noted(prepared.sending.whole, ended.result()))
        self.attempts.settle(prepared.entry, prepared.rule.name, result, spent)

"""Delivers several entries in few calls, and settles each by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from app.crm.port import MOST_AT_ONCE
from app.crm.time_spent import TimeSpent, time_spent
from app.delivery.attempt import Attempts
from app.delivery.courier.dropping import DroppingCrm
from app.delivery.engine.prepare import Prepared, goes_alone, prepare
from app.delivery.entry.settle import Result
from app.delivery.pausing import THRESHOLD
from app.domain.deadline import Deadline
from app.domain.entry import Entry
from app.domain.errors import CrmError, RingbackError
from app.domain.reasons import Reason, Scope, Tells
from app.domain.record import Written
from app.mapping.rules import Config
from app.rules_in_force.in_force import InForce

log = structlog.get_logger()

# An attempt of the engine keeps nobody waiting, but has to end before its lease does.
SECONDS = 30.0
Renew = Callable[[], None]


@dataclass(frozen=True)
class Batches:
    """Batches, each with the configuration that is in force when it begins."""

    current: InForce
    attempts: Attempts

    def deliver(self, entries: Sequence[Entry], renew: Callable[[], None] = lambda: None) -> None:
        """As `Batch.deliver`."""
        now = self.current.get()
        Batch(now.config, self.attempts.under(now.hash)).deliver(entries, renew)


@dataclass
class Hopeless:
    """Finds out whether what passes by itself meets others too: then the rest of a batch waits unsent."""

    error: RingbackError | None = None
    _in_a_row: int = 0

    def note(self, result: Result) -> None:
        """What a callback that went alone came to, or one of a group that went well."""
        if isinstance(result, Written) or not _meets_others(result.reason):
            self._in_a_row, self.error = 0, None
            return
        self._in_a_row += 1
        if self._in_a_row >= THRESHOLD:
            # Whoever was not sent has neither its time to wait nor its unknown outcome.
            self.error = CrmError(result.reason, result.message)


def _meets_others(reason: Reason) -> bool:
    """Whether it passes by itself, and is not the trouble of one record or said by ourselves."""
    alone = reason is Reason.CASE_NOT_VISIBLE or reason.tells is Tells.NOTHING
    return reason.scope in (Scope.TRANSIENT, Scope.ORG) and not alone


@dataclass(frozen=True)
class Batch:
    """Not shared: each engine has its own."""

    config: Config
    attempts: Attempts
    _hopeless: Hopeless = field(default_factory=Hopeless, init=False)

    def deliver(self, entries: Sequence[Entry], renew: Renew = lambda: None) -> None:
        """Attempts and settles all of them; `renew` prolongs their lease before each call. Raises `LedgerError`."""
        waiting: list[Prepared] = []
        alone: list[Prepared] = []
        for entry in entries:
            one = prepare(self.config, self.attempts, entry)
            if one is not None:
                (alone if goes_alone(self.attempts, one) else waiting).append(one)
        while waiting:
            chunk, waiting = self._next_chunk(waiting)
            self._hopeless.error = None
            renew()
            waiting = [*self._deliver_chunk(chunk, renew), *waiting]
        # After the others, since they follow what may be among them.
        for one in alone:
            renew()
            self.attempts.run(one.entry, one.callback, one.rule, Deadline(SECONDS))

    def _next_chunk(self, waiting: Sequence[Prepared]) -> tuple[list[Prepared], list[Prepared]]:
        """What goes in the next call: up to 200 of the oldest one's group, without what is known to be refused."""
        chunk: list[Prepared] = []
        rest: list[Prepared] = []
        wanted: str | None = None
        for place, one in enumerate(waiting):
            if len(chunk) == MOST_AT_ONCE:
                return chunk, [*rest, *waiting[place:]]
            fresh = replace(one, sending=self._crm(one).refresh(one.sending))
            group = self.attempts.crm.group(fresh.sending.record)
            wanted = wanted or group
            (chunk if group == wanted else rest).append(fresh)
        return chunk, rest

    def _crm(self, one: Prepared) -> DroppingCrm:
        return self.attempts.dropping(one.rule.name)

    def _deliver_chunk(self, chunk: Sequence[Prepared], renew: Renew) -> list[Prepared]:
        """Attempts and settles them; returns those that are to be sent again, without what was refused."""
        if len(chunk) > 1:
            return self._deliver_together(chunk, renew)
        for one in chunk:
            _, result = self.attempts.run(one.entry, one.callback, one.rule, Deadline(SECONDS), begun=one.sending)
            self._hopeless.note(result)
        return []

    def _deliver_together(self, prepared: Sequence[Prepared], renew: Renew) -> list[Prepared]:
        records = [(one.sending.record, str(one.entry.external_id)) for one in prepared]
        with time_spent() as spent:
            try:
                results: Sequence[Result] = self.attempts.crm.create_many(records, Deadline(SECONDS))
            except CrmError as error:
                results = [error] * len(prepared)
            # As in `prepare`: alone, the one that it stumbles over is settled as a bug.
            except Exception as error:
                log.error("batch_stumbled", error=type(error).__name__, exc_info=error)
                return self._halve(prepared, renew)
        written = next((result for result in results if isinstance(result, Written)), None)
        if written is not None:
            self._hopeless.note(written)
        refusal = _refusal_of_all(results)
        if refusal is not None:
            return self._refused_together(prepared, refusal, renew, spent)
        return self._settle_each(prepared, results, renew, spent)

    def _refused_together(
        self, prepared: Sequence[Prepared], error: CrmError, renew: Renew, spent: TimeSpent
    ) -> list[Prepared]:
        """One refusal for the whole call: who holds a field that it names has met it, the others have not."""
        # Whose text is too long only a refusal of the record itself can tell.
        shared = error.reason is Reason.VALUE_TOO_LONG
        concerned = [] if shared else [one for one in prepared if one.sending.names(error)]
        if not concerned and (error.permanent or any(one.sending.after(error) for one in prepared)):
            # One of them spoils the call for all: halves find out which.
            return self._halve(prepared, renew)
        others = [one for one in prepared if not one.sending.names(error)] if concerned else []
        met = concerned or prepared
        again = [*self._settle_each(met, [error] * len(met), renew, spent), *others]
        return sorted(again, key=lambda one: (one.entry.received_at, one.entry.id))

    def _settle_each(
        self, prepared: Sequence[Prepared], results: Sequence[Result], renew: Renew, spent: TimeSpent
    ) -> list[Prepared]:
        """Settles what has come to its end; returns what is to be sent again."""
        again: list[Prepared] = []
        suspects: list[Prepared] = []
        told: set[int] = set()
        for one, result in zip(prepared, results, strict=True):
            if isinstance(result, CrmError) and result.shared:
                # What the call may have written alone is found, and is then its own.
                unknown = one.entry.unknown or result.outcome_unknown
                suspects.append(replace(one, entry=replace(one.entry, unknown=unknown)))
                continue
            following = self._crm(one).after(one.sending, result) if isinstance(result, CrmError) else None
            if following is not None:
                again.append(replace(one, sending=following))
                continue
            if isinstance(result, Written) and not result.created:
                renew()
            # A call that failed as a whole is one trouble and not two hundred.
            note = id(result) not in told
            self.attempts.settle(one.entry, one.rule.name, self._final(one, result), spent, note=note)
            told.add(id(result))
        return [*again, *self._halve(suspects, renew)]

    def _final(self, one: Prepared, result: Result) -> Result:
        if isinstance(result, CrmError):
            return one.sending.failed(result)
        if not isinstance(result, Written):
            return result
        delivery = self.attempts.case_delivery(one.entry, one.callback, one.rule.name, Deadline(SECONDS))
        made = self._crm(one).succeeded(one.sending, result)
        return self.attempts.caught(lambda: delivery.own_or_follow(one.sending.whole, made))

    def _leave(self, prepared: Sequence[Prepared], error: RingbackError) -> None:
        """They wait unsent. What was not tried tells nothing of Salesforce."""
        for one in prepared:
            self.attempts.settle(one.entry, one.rule.name, error, TimeSpent(), note=False)

    def _halve(self, prepared: Sequence[Prepared], renew: Renew) -> list[Prepared]:
        middle = len(prepared) // 2
        again: list[Prepared] = []
        for half in filter(None, (prepared[:middle], prepared[middle:])):
            error = self._hopeless.error
            if error is not None:
                self._leave(half, error)
                continue
            renew()
            again += self._deliver_chunk(half, renew)
        return again


def _refusal_of_all(results: Sequence[Result]) -> CrmError | None:
    first = results[0]
    alike = all(result is first for result in results)
    refused = alike and isinstance(first, CrmError) and first.scope in (Scope.CALLBACK, Scope.RULE)
    return first if refused and isinstance(first, CrmError) else None

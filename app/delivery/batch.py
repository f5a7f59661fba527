"""Delivers several entries in few calls, and settles each by itself."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from app.crm.port import MOST_AT_ONCE
from app.delivery.attempt import BUG, Attempts
from app.delivery.current import Current
from app.delivery.settle import Result
from app.delivery.updates import note_unknown_record
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.entry import Entry
from app.domain.errors import CrmError, MappingError, RingbackError
from app.domain.reasons import Reason, Scope
from app.domain.record import Record, Written
from app.mapping.rules import Config, Rule
from app.payload import read

log = structlog.get_logger()

# An attempt of the engine keeps nobody waiting, but has to end before its lease does.
SECONDS = 30.0


@dataclass(frozen=True)
class Prepared:
    """An entry, read and mapped anew with today's configuration."""

    entry: Entry
    callback: Callback
    rule: Rule
    record: Record


@dataclass(frozen=True)
class Batches:
    """Batches, each with the configuration that is in force when it begins."""

    current: Current
    attempts: Attempts

    def deliver(self, entries: Sequence[Entry], renew: Callable[[], None] = lambda: None) -> None:
        """As `Batch.deliver`."""
        now = self.current.get()
        Batch(now.config, self.attempts.under(now.hash)).deliver(entries, renew)


@dataclass(frozen=True)
class Batch:
    """Shared by nothing: each engine has its own."""

    config: Config
    attempts: Attempts

    def deliver(self, entries: Sequence[Entry], renew: Callable[[], None] = lambda: None) -> None:
        """Attempts and settles all of them; `renew` prolongs their lease before each call. Raises `LedgerError`."""
        ready = [prepared for entry in entries if (prepared := self._prepare(entry)) is not None]
        for chunk in self._chunks(ready):
            renew()
            if len(chunk) > 1:
                self._deliver_together(chunk, renew)
            else:
                self._deliver_alone(chunk)

    def _chunks(self, ready: Sequence[Prepared]) -> Iterator[Sequence[Prepared]]:
        """What goes in one call: up to 200 of a group, and each later content of an event by itself, after them."""
        groups: dict[str, list[Prepared]] = {}
        for one in ready:
            if one.entry.turn == 1:
                groups.setdefault(self.attempts.crm.group(one.record), []).append(one)
        for group in groups.values():
            for start in range(0, len(group), MOST_AT_ONCE):
                yield group[start : start + MOST_AT_ONCE]
        for one in ready:
            if one.entry.turn > 1:
                yield [one]

    def _deliver_alone(self, prepared: Sequence[Prepared]) -> None:
        for one in prepared:
            self.attempts.run(one.entry, one.callback, one.rule, Deadline(SECONDS))

    def _prepare(self, entry: Entry) -> Prepared | None:
        started = time.time()
        try:
            callback, rule = self._read(entry)
        except RingbackError as error:
            self.attempts.settle(entry, entry.rule or "", error, started)
            return None
        try:
            return Prepared(entry, callback, rule, self.attempts.record_of(entry, callback, rule))
        except MappingError as error:
            self.attempts.settle(entry, rule.name, error, started)
        # A bug with one entry must not keep the others waiting.
        except Exception as error:
            log.error("internal_error", event_id=entry.event_id, error=type(error).__name__, exc_info=error)
            self.attempts.settle(entry, rule.name, RingbackError(Reason.INTERNAL_ERROR, BUG), started)
        return None

    def _read(self, entry: Entry) -> tuple[Callback, Rule]:
        source = self.config.sources.get(entry.source)
        if source is None:
            raise MappingError(
                Reason.MAPPING_FAILED, f"The source {entry.source} is no longer configured; put it back, or discard."
            )
        callback = read(entry.body, entry.query, source, datetime.fromtimestamp(entry.received_at, UTC))
        return callback, self.config.rule_for(callback)

    def _deliver_together(self, prepared: Sequence[Prepared], renew: Callable[[], None]) -> None:
        started = time.time()
        records = [(one.record, str(one.entry.external_id)) for one in prepared]
        try:
            results: Sequence[Result] = self.attempts.crm.create_many(records, Deadline(SECONDS))
        except CrmError as error:
            results = [error] * len(prepared)
        # As above: alone, the one that it stumbles over is settled as a bug.
        except Exception as error:
            log.error("batch_stumbled", error=type(error).__name__, exc_info=error)
            self._halve(prepared, renew)
            return
        if _refused_as_one(results):
            # One of them spoils the call for all: halves find out which.
            self._halve(prepared, renew)
            return
        told: set[int] = set()
        for one, result in zip(prepared, results, strict=True):
            if isinstance(result, Written) and not result.created:
                renew()
            final = self._noted(one, result)
            # A call that failed as a whole is one trouble and not two hundred.
            self.attempts.settle(one.entry, one.rule.name, final, started, note=id(final) not in told)
            told.add(id(final))

    def _noted(self, one: Prepared, result: Result) -> Result:
        if not isinstance(result, Written):
            return result
        try:
            note_unknown_record(self.attempts.crm, one.entry, one.callback, one.record, result, Deadline(SECONDS))
        except CrmError as error:
            return error
        return result

    def _halve(self, prepared: Sequence[Prepared], renew: Callable[[], None]) -> None:
        middle = len(prepared) // 2
        for half in (prepared[:middle], prepared[middle:]):
            renew()
            if len(half) > 1:
                self._deliver_together(half, renew)
            else:
                self._deliver_alone(half)


def _refused_as_one(results: Sequence[Result]) -> bool:
    first = results[0]
    alike = all(result is first for result in results)
    return alike and isinstance(first, CrmError) and first.reason.scope is Scope.CALLBACK

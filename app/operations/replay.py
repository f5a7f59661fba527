"""Attempts entries now, because a person asks for it."""

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.crm.port import MOST_AT_ONCE
from app.delivery.attempt import Attempts
from app.delivery.engine.batch import Batch
from app.delivery.engine.leases import Leases
from app.domain.entry import Entry, State
from app.ledger.ledger import Ledger
from app.ledger.pauses import ORG, rule_scope
from app.ledger.queue import Queue
from app.ledger.tables import entry as rows
from app.mapping.rules import Config
from app.operations.claim import claim
from app.operations.fates import ATTEMPTED, BarredError, Replayed, ReplayFate

# A refusal does not show that delivery works, but neither that it does not.
_IN_VAIN = (ReplayFate.WAITING, ReplayFate.UNKNOWN)


@dataclass(frozen=True)
class Replay:
    """`attempts` are of the runner "replay". `named` says that a person named each entry by its id."""

    config: Config
    attempts: Attempts
    named: bool

    @property
    def ledger(self) -> Ledger:
        """The attempts' own."""
        return self.attempts.ledger

    def run(self, ids: Sequence[int]) -> Iterator[Replayed]:
        """What became of each entry, as it becomes known. Raises `LedgerError`.

        While delivery is paused one entry is tried: if it goes through, the pause is over for all; if not, the rest is
        left as it is.
        """
        rest = list(ids)
        while rest:
            paused = ORG in self.attempts.troubles.pauses.all()
            size = 1 if paused else MOST_AT_ONCE
            now, rest = rest[:size], rest[size:]
            results = list(self._replay(now))
            yield from results
            if paused and any(one.fate in _IN_VAIN for one in results) and ORG in self.attempts.troubles.pauses.all():
                yield from (Replayed(one, ReplayFate.PAUSED) for one in rest)
                return

    def _replay(self, ids: Sequence[int]) -> Iterator[Replayed]:
        began, lease = time.monotonic(), uuid.uuid4().hex
        claimed: list[Entry] = []
        for one in ids:
            try:
                claimed.append(claim(self.ledger, self.config, one, lease, named=self.named))
            except BarredError as bar:
                yield Replayed(one, bar.fate, bar.reason, bar.note)
        if claimed:
            Batch(self.config, self.attempts, Leases(Queue(self.ledger), lease, began)).deliver(claimed)
            yield from self._settled(claimed)

    def _settled(self, claimed: Sequence[Entry]) -> Iterator[Replayed]:
        settled = self.ledger.select(rows.c.id.in_([one.id for one in claimed]))
        self._resume([one for one in settled if one.state is State.DELIVERED])
        for one in settled:
            yield Replayed(one.id, ATTEMPTED.get(one.state, ReplayFate.UNKNOWN), one.reason, one.message)

    def _resume(self, delivered: Sequence[Entry]) -> None:
        """What goes through for a person goes through for all."""
        if not delivered:
            return
        works = {ORG, *(rule_scope(one.rule or "") for one in delivered)}
        for scope in works & self.attempts.troubles.pauses.all().keys():
            self.attempts.troubles.end(scope)

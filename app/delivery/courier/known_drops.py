"""Remembers for a while which fields of a rule the CRM does not take, or only in part.

So a callback costs one call and not two.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import structlog

from app.crm.lengths import Limit
from app.delivery.courier.sending import Sending
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Dropped, Record, Value

log = structlog.get_logger()

REMEMBER_SECONDS = 600.0
# For so long the others still leave the field out while one callback tries whether it works again.
TRY_SECONDS = 60.0
# Names that come out of a template could fill the memory; what is beyond it costs a call again.
MOST = 1_000
# The field itself is at fault, whatever stands in it. All others are remembered with the value that was refused.
OF_THE_FIELD = frozenset({Reason.FIELD_UNKNOWN, Reason.FIELD_NOT_WRITABLE})
_Key = tuple[str, Value | None]


@dataclass
class _KnownOfRule:
    """All with the time until which it is known."""

    dropped: dict[_Key, tuple[Dropped, float]] = field(default_factory=dict)
    # Of fields that are taken in part.
    limits: dict[str, tuple[Limit, float]] = field(default_factory=dict)


@dataclass
class KnownDrops:
    """Shared by the threads of a process. A rule is named with the configuration that it stands in (`config`).

    `pace` stretches the times; 1 is normal. `version` is another one when something else is known; it is 0 as long as
    nothing ever was.
    """

    pace: float = 1.0
    clock: Callable[[], float] = time.monotonic
    version: int = 0
    _versions: "count[int]" = field(default_factory=lambda: count(1))
    _rules: dict[tuple[str, str], _KnownOfRule] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, config: str, rule: str, record: Record) -> tuple[Sequence[Dropped], Sequence[Dropped]]:
        """What to leave out of the record from the start, and what it is to try again because the time is over."""
        known = self._rules.get((config, rule))
        if known is None or not known.dropped:
            return (), ()
        now = self.clock()
        with self._lock:
            of_record = {key: known.dropped[key] for key in _keys(record) if key in known.dropped}
            due = {key: one for key, (one, until) in of_record.items() if now >= until}
            known.dropped |= {key: (one, now + TRY_SECONDS * self.pace) for key, one in due.items()}
        return [one for key, (one, _) in of_record.items() if key not in due], list(due.values())

    def limits(self, config: str, rule: str) -> Mapping[str, Limit]:
        """How much the fields of the rule take, as far as that is known."""
        known = self._rules.get((config, rule))
        if known is None or not known.limits:
            return {}
        with self._lock:
            now = self.clock()
            known.limits = {name: one for name, one in known.limits.items() if now < one[1]}
            return {name: limit for name, (limit, _) in known.limits.items()}

    def refused(self, config: str, rule: str, sending: Sending, error: CrmError) -> None:
        """The CRM has refused what was sent. What concerns the whole rule is remembered."""
        # How long a value is says nothing of the next one.
        names = [name for name in sending.at_fault(error) if name not in error.too_long]
        self.learn(config, rule, sending.whole, names, error)
        self.learn_limits(config, rule, sending.shorter(error), error)
        self.version = next(self._versions)

    def learn(self, config: str, rule: str, record: Record, names: Iterable[str], error: CrmError) -> None:
        """The CRM has refused the record for these fields; what concerns this callback only is not remembered."""
        if error.scope is not Scope.RULE:
            return
        with self._lock:
            known = self._of(config, rule).dropped
            for name in names:
                value = None if error.reason in OF_THE_FIELD else record.fields[name]
                if (name, value) not in known:
                    if len(known) >= MOST:
                        continue
                    # It says who acts.
                    log.warning("field_dropped", rule=rule, field=name, reason=error.reason.word, message=error.message)
                known[name, value] = Dropped(name, error.reason.word, error.message), self._until()

    def worked(self, config: str, rule: str, record: Record) -> None:
        """The record was written: what it holds works again."""
        known = self._rules.get((config, rule))
        if known is None or not known.dropped:
            return
        with self._lock:
            for key in _keys(record):
                if known.dropped.pop(key, None) is not None:
                    self.version = next(self._versions)
                    log.info("field_works", rule=rule, field=key[0])

    def learn_limits(self, config: str, rule: str, limits: Mapping[str, Limit], error: CrmError) -> None:
        """The CRM has refused these fields as too long, and they are cut to these limits."""
        for name, limit in limits.items():
            # What it has not named is a guess, and only for this text.
            if name in error.guessed or limit.most not in error.too_long.values():
                log.warning("field_cut", rule=rule, field=name, message=error.message)
                continue
            with self._lock:
                known = self._of(config, rule).limits
                new = name not in known
                if not new or len(known) < MOST:
                    known[name] = limit, self._until()
            if new:
                # It says who acts.
                log.warning("field_cut", rule=rule, field=name, most=limit.most, message=error.message)

    def _of(self, config: str, rule: str) -> _KnownOfRule:
        """What is known of the rule; of another configuration nothing any more."""
        for key in [key for key in self._rules if key[0] != config]:
            del self._rules[key]
        return self._rules.setdefault((config, rule), _KnownOfRule())

    def _until(self) -> float:
        return self.clock() + REMEMBER_SECONDS * self.pace


def _keys(record: Record) -> Iterable[_Key]:
    for name, value in record.fields.items():
        yield name, None
        yield name, value

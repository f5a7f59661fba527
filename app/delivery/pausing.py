"""Decides what a failed attempt means for the others: whether the org or the rule has to pause."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from app.domain.errors import CrmError, RingbackError
from app.domain.reasons import Scope, Tells
from app.ledger.pauses import ORG, Pauses, rule_scope

log = structlog.get_logger()

# So many callbacks fail in a row, in one process, until Salesforce counts as away. One that fails again and again may
# be spoilt itself.
THRESHOLD = 3


@dataclass
class Troubles:
    """Shared by the threads of a process. `pace` stretches the times between probes; 1 is normal.

    `turn_back` is told when a pause begins: with its error, and the rule if it is one's.
    """

    pauses: Pauses
    pace: float = 1.0
    turn_back: Callable[[CrmError, str | None], None] = lambda *_: None
    _failed: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, error: RingbackError | None, rule: str, entry_id: int) -> None:
        """An attempt of the entry, for `rule`, ended with `error`, or well."""
        if isinstance(error, CrmError) and error.echo:
            return
        if _retry_after(error):
            self._begin(error)
            return
        tells = error.reason.tells if error else Tells.WORKS
        if tells is Tells.NOTHING:
            return
        if tells is Tells.AWAY:
            if self._seems_away(entry_id):
                self._begin(error)
            return
        with self._lock:
            self._failed.clear()
        if tells is Tells.CLOSED:
            self._begin(error)
        elif error is not None and error.reason.scope is Scope.RULE and not _is_beside(error):
            self._begin(error, rule)

    def _seems_away(self, entry_id: int) -> bool:
        with self._lock:
            if len(self._failed) < THRESHOLD:
                self._failed.add(entry_id)
            return len(self._failed) >= THRESHOLD

    def _begin(self, error: RingbackError | None, rule: str | None = None) -> None:
        if not isinstance(error, CrmError):
            return
        scope = ORG if rule is None else rule_scope(rule)
        retry_after = _retry_after(error)
        probe_in = max(error.reason.probe_seconds * self.pace, retry_after)
        if self.pauses.begin(scope, error.reason.word, probe_in, error.message):
            log.warning("paused", scope=scope, reason=error.reason.word, message=error.message)
            self.turn_back(error, rule)
        elif retry_after:
            self.pauses.put_off(scope, retry_after)

    def end(self, scope: str) -> None:
        """The scope works again: what waited for it is due."""
        if self.pauses.end(scope):
            log.info("resumed", scope=scope)


def _is_beside(error: RingbackError | None) -> bool:
    """Whether it is about another object than the record's, which the rule's other callbacks do not need."""
    return isinstance(error, CrmError) and error.beside is not None


def _retry_after(error: RingbackError | None) -> float:
    return error.retry_after if isinstance(error, CrmError) else 0.0

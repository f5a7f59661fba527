"""Decides what a failed attempt means for the others: whether the org or the rule has to pause."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from app.domain.errors import CrmError, RingbackError
from app.domain.reasons import Reason, Scope
from app.ledger.pauses import ORG, Pauses, rule_scope

log = structlog.get_logger()

# So many callbacks fail in a row, in one process, until Salesforce counts as away. One that fails again and again may
# be spoilt itself.
THRESHOLD = 3
# Salesforce as a whole is away, or nobody understands it; anything else is an answer and shows that it is there.
AWAY = frozenset(
    {
        Reason.CRM_UNREACHABLE,
        Reason.CRM_CONNECTION_LOST,
        Reason.CRM_TIMEOUT,
        Reason.CRM_UNAVAILABLE,
        Reason.CRM_ANSWER_UNREADABLE,
        Reason.CALL_REFUSED,
    }
)
# Said by ourselves, at least in some cases: they tell nothing of Salesforce.
NOT_ASKED = frozenset(
    {
        Reason.CRM_BUSY,
        Reason.MAPPING_FAILED,
        Reason.REQUIRED_VALUE_EMPTY,
        Reason.LEDGER_UNAVAILABLE,
        Reason.INTERNAL_ERROR,
    }
)
# It answers, but will not take any record for a while.
ORG_WIDE = frozenset({Reason.API_LIMIT, Reason.LOGIN_LIMIT, Reason.CRM_MAINTENANCE})
PROBE_AWAY = 5.0
PROBE_SECONDS = {
    Reason.API_LIMIT: 300.0,
    Reason.LOGIN_LIMIT: 300.0,
    Reason.CRM_MAINTENANCE: 60.0,
    # It pauses only where the CRM has said for how long.
    Reason.CRM_BUSY: PROBE_AWAY,
}
PROBE_ORG = 60.0
PROBE_RULE = 120.0


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
        reason = error.reason if error else None
        if _retry_after(error):
            self._begin(error)
            return
        if reason in NOT_ASKED:
            return
        if reason in AWAY:
            with self._lock:
                self._failed.add(entry_id)
                away = len(self._failed) >= THRESHOLD
            if away:
                self._begin(error)
            return
        with self._lock:
            self._failed.clear()
        if reason is not None and (reason.scope is Scope.ORG or reason in ORG_WIDE):
            self._begin(error)
        elif reason is not None and reason.scope is Scope.RULE and not _is_beside(error):
            self._begin(error, rule)

    def probe_in(self, reason: Reason) -> float:
        """Seconds until one callback may try again what was paused for this reason."""
        if reason.scope is Scope.RULE:
            return PROBE_RULE * self.pace
        return PROBE_SECONDS.get(reason, PROBE_AWAY if reason in AWAY else PROBE_ORG) * self.pace

    def _begin(self, error: RingbackError | None, rule: str | None = None) -> None:
        if not isinstance(error, CrmError):
            return
        scope = ORG if rule is None else rule_scope(rule)
        retry_after = _retry_after(error)
        probe_in = max(self.probe_in(error.reason), retry_after)
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

"""Decides what a failed attempt, or a failed call, means for the others: whether the org or the rule has to pause."""

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import structlog

from app.domain.errors import CrmError, RingbackError
from app.domain.reasons import Reason, Scope, Tells
from app.domain.record import Written
from app.ledger.pauses import ORG, Pauses, rule_scope

log = structlog.get_logger()

# So many callbacks fail in a row, in one process, until Salesforce counts as away. One that fails again and again may
# be spoilt itself.
THRESHOLD = 3
Result = Written | Exception
# Nobody has answered at all.
_SILENT = frozenset({Reason.CRM_UNREACHABLE, Reason.CRM_CONNECTION_LOST, Reason.CRM_TIMEOUT})


class InARow:
    """What has failed in a row. Shared by the threads of a process."""

    def __init__(self) -> None:
        self.failed: set[Hashable] = set()
        self._lock = threading.Lock()

    def add(self, one: Hashable) -> bool:
        """Whether enough have failed by now."""
        with self._lock:
            if len(self.failed) < THRESHOLD:
                self.failed.add(one)
            return len(self.failed) >= THRESHOLD

    def end(self) -> None:
        """One has not failed."""
        with self._lock:
            self.failed.clear()


class Away:
    """Finds out whether the CRM is away: passing trouble meets one call after the other. Then no others need be tried.

    Shared by the places of a process.
    """

    def __init__(self) -> None:
        self.calls = InARow()

    def after(self, external_id: str, results: Sequence[Result]) -> CrmError | None:
        """The error that several calls in a row have met, so that the CRM seems to be away; nothing if it does not.

        The last call began with the record of this `external_id`.
        """
        error = results[0]
        if not isinstance(error, CrmError) or not all(_meets_others(result) for result in results):
            self.calls.end()
            return None
        # One record of several may be spoilt itself, unless nobody has answered at all.
        if len(results) > 1 and not (error.reason in _SILENT and is_of_all(results)):
            return None
        return error if self.calls.add((external_id, len(results))) else None


@dataclass
class Troubles:
    """Shared by the threads of a process. `pace` stretches the times between probes; 1 is normal.

    `turn_back` is told when a pause begins: with its error, and the rule if it is one's.
    """

    pauses: Pauses
    pace: float = 1.0
    turn_back: Callable[[CrmError, str | None], None] = lambda *_: None
    attempts: InARow = field(default_factory=InARow)

    def note(self, error: RingbackError | None, rule: str, entry_id: int) -> None:
        """An attempt of the entry, for `rule`, ended with `error`, or well."""
        if error is None:
            self.attempts.end()
            return
        tells, asks_to_wait = error.reason.tells, error.retry_after > 0
        if error.echo or (tells is Tells.NOTHING and not asks_to_wait):
            return
        if tells in (Tells.WORKS, Tells.CLOSED) and not asks_to_wait:
            self.attempts.end()
        if asks_to_wait or tells is Tells.CLOSED or (tells is Tells.AWAY and self.attempts.add(entry_id)):
            self._begin(error)
        # What is beside the record the rule's other callbacks do not need.
        elif tells is Tells.WORKS and error.reason.scope is Scope.RULE and error.beside is None:
            self._begin(error, rule)

    def _begin(self, error: RingbackError, rule: str | None = None) -> None:
        if not isinstance(error, CrmError):
            return
        scope = ORG if rule is None else rule_scope(rule)
        probe_in = max(error.reason.probe_seconds * self.pace, error.retry_after)
        if self.pauses.begin(scope, error.reason.word, probe_in, error.message):
            log.warning("paused", scope=scope, reason=error.reason.word, message=error.message)
            self.turn_back(error, rule)
        elif error.retry_after:
            self.pauses.put_off(scope, error.retry_after)

    def end(self, scope: str) -> None:
        """The scope works again: what waited for it is due."""
        if self.pauses.end(scope):
            log.info("resumed", scope=scope)


def is_of_all(results: Sequence[Result]) -> bool:
    """Whether the call as a whole came to one error."""
    return isinstance(results[0], Exception) and all(result is results[0] for result in results)


def _meets_others(result: Result) -> bool:
    """Whether it is trouble that passes, and that other records would meet as well."""
    if not isinstance(result, CrmError) or result.reason is Reason.CASE_NOT_VISIBLE:
        return False
    return result.scope in (Scope.TRANSIENT, Scope.ORG) and result.reason.tells is not Tells.NOTHING

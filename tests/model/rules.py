"""The rules that the model walks: Ringback's own functions, each by a name. A planted mistake replaces one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.delivery.entry import changes, claims
from app.delivery.entry.settle import Result, settle, will_wait
from app.delivery.entry.wording import nobody_delivers, outcome_of
from app.domain.entry import Change, Decide
from app.domain.errors import CrmError, RingbackError, SkippedError
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.domain.record import Written
from tests.model.rows import Row, changed, entry_of

SECONDS = 60.0


def _unsent(reason: Reason, message: str) -> CrmError:
    error = CrmError(reason, message)
    error.unsent = error.echo = True
    return error


RESULTS: Mapping[str, Result] = {
    "created": Written("500000000000001AAA", "00001000", created=True),
    "there": Written("500000000000001AAA", "00001000", created=False),
    "lost": CrmError(Reason.CRM_TIMEOUT, "No answer came.", outcome_unknown=True),
    "trouble": CrmError(Reason.CRM_UNREACHABLE, "It is away."),
    "busy": CrmError(Reason.CRM_BUSY, "An earlier one comes first."),
    "unsent": _unsent(Reason.CRM_BUSY, "Its turn did not come."),
    "refused": CrmError(Reason.VALUE_INVALID, "It says no."),
    "skipped": SkippedError("Its rule makes nothing of it."),
    "paused": _unsent(Reason.CRM_UNAVAILABLE, "It is paused."),
}
SUCCESS = ("created", "there")
Build = Callable[..., Decide]


def _settle(attempted: Row, result: str, *, ending: bool, promised: bool) -> Decide:
    ended = nobody_delivers() if ending else None
    return settle(entry_of(attempted), "rule", RESULTS[result], ending=ended, promised=promised)


def _replay(lease: str, seen: Row) -> Decide:
    return claims.claim_by_command(lease, SECONDS, entry_of(seen), {}, named=True)


# What builds each change from the model's words.
CHANGES: Mapping[str, Build] = MappingProxyType(
    {
        "claim by request": lambda lease, alive: claims.claim_by_request(lease, SECONDS, {}, engine_alive=alive),
        "claim by engine": lambda lease, whenever: claims.claim_by_engine(lease, SECONDS, whenever=whenever),
        "claim by command": _replay,
        "promise": lambda: changes.promise,
        "hold": lambda held, why, ending: _settle(held, why, ending=ending, promised=False),
        "settle": lambda seen, result, ending, promised: _settle(seen, result, ending=ending, promised=promised),
        "resume": lambda: changes.resume,
        "give up": lambda: changes.give_up,
        "discard": lambda seen: changes.discard(entry_of(seen)),
    }
)


def receive(lease: str) -> Change:
    """What is stored of a callback, in one commit."""
    return {**changes.RECEIVED, "lease": lease, "lease_until": SECONDS}


def is_own(attempted: Row, row: Row, others: tuple[Row | None, ...]) -> bool:
    """Whether the event's Case is this version's, where Salesforce only says that it is there.

    `row` is the entry as it is by now: whoever took it over may have made the Case.
    """
    if row.state == "delivered":
        return True
    attempted_before = any(one is not None and (one.unknown or one.state == "delivered") for one in others)
    return (attempted.unknown or row.unknown) and not attempted_before


@dataclass(frozen=True)
class Rules:
    """`must_end` says whether what could wait has to end, `looks` whether the CRM is asked before a discard.

    `looks_for` says it of a rule that skips what another rule may have made.
    `most_attempts` is how far attempts are counted.
    """

    changes: Mapping[str, Build] = CHANGES
    receive: Callable[[str], Change] = receive
    is_own: Callable[[Row, Row, tuple[Row | None, ...]], bool] = is_own
    must_end: Callable[[bool], bool] = lambda alive: not alive
    looks: Callable[[Row], bool] = lambda seen: changes.may_be_written(entry_of(seen))
    looks_for: Callable[[Row], bool] = lambda claimed: claimed.unknown
    will_wait: Callable[..., bool] = will_wait
    most_attempts: int = 0
    _known: dict[tuple[Any, ...], Row | None] = field(default_factory=dict, init=False)

    def change(self, row: Row, name: str, *words: Any) -> Row | None:
        """The row after the change; nothing if it means nothing to the row."""
        key = (row, name, *words)
        if key not in self._known:
            change = self.changes[name](*words)(entry_of(row), 0.0)
            self._known[key] = changed(row, change, self.most_attempts) if change else None
        return self._known[key]

    def waits(self, row: Row, result: str, *, ending: bool) -> bool:
        """Whether what has come to this result will wait, as far as can be known of the row."""
        error = RESULTS[result]
        assert isinstance(error, RingbackError)
        return self.will_wait(entry_of(row), error, may_wait=not ending)


def says(row: Row) -> str:
    """What a request is told of the row that it does not attempt itself."""
    status = outcome_of(entry_of(row)).status
    return {Status.REFUSED: "500", Status.QUEUED: "queued", Status.DISCARDED: "discarded"}.get(status, "there")

"""What can happen to an entry, by the code that does it: a function each, for a process with a `Runtime`."""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import time
from typing import Any

from app.delivery.entry import changes
from app.delivery.entry.claims import claim_by_request
from app.delivery.entry.settle import Result, settle
from app.delivery.entry.wording import nobody_delivers, paused
from app.delivery.request.intake import Accepted, Intake, Sent
from app.domain.entry import Entry, State
from app.domain.errors import CrmError, PayloadError, SkippedError
from app.domain.outcome import Outcome
from app.domain.reasons import Reason
from app.domain.record import Written
from app.ledger.ledger import Attempted
from app.ledger.pauses import Pause
from app.ledger.queue import Queue
from app.operations.claim import claim
from app.operations.discard import Discard, Discarding
from app.operations.fates import BarredError, ReplayFate
from app.payload import read
from app.waiting import Deadline
from app.wiring import Runtime

NUMBER = "4930901820"
WRITTEN = Written("500000000000001AAA", "00001000", created=True, org_id="00D000000000001AAA")
SECONDS = 60.0


def body_of(event_id: int, **fields: Any) -> bytes:
    """A callback as jtel sends it."""
    sent = {"AcdEventsID": event_id, "Caller": NUMBER, "dtCallStart": "2026-11-20T10:00:00", **fields}
    return json.dumps(sent).encode()


def store(runtime: Runtime, event_id: int, seconds: float = SECONDS) -> Entry:
    """A request has stored the callback and leased it for so long."""
    sent = Sent(body_of(event_id), b"", runtime.config.sources["default"], "a-request")
    callback = read(sent.body, sent.query, sent.source, datetime.now(UTC))
    accepted = Accepted(sent, callback, runtime.config.rule_for(callback), Deadline(5), "Case")
    stored = Intake(runtime.ledger, seconds).store(accepted)
    assert stored.fresh
    return stored.entry


def keep_invalid(runtime: Runtime, event_id: int) -> Entry:
    """What an older Ringback did not understand; this one would."""
    source = runtime.config.sources["default"]
    sent = Sent(body_of(event_id), b"", source, f"request-{event_id}")
    Intake(runtime.ledger, SECONDS).keep_invalid(sent, PayloadError(Reason.BODY_NOT_UNDERSTOOD, "What is this?"))
    return next(one for one in reversed(runtime.ledger.select()) if one.request_id == sent.request_id)


def promise(runtime: Runtime, entry: Entry) -> None:
    """A request answers 200 before its attempt is done."""
    runtime.ledger.change(entry.id, changes.promise)


def succeed(runtime: Runtime, entry: Entry) -> None:
    """An attempt that was begun with the entry as it was then has made the Case."""
    _settle(runtime, entry, WRITTEN)


def trouble(runtime: Runtime, entry: Entry) -> None:
    """Such an attempt found Salesforce busy."""
    _settle(runtime, entry, CrmError(Reason.CRM_BUSY, "Salesforce is busy."))


def refuse(runtime: Runtime, entry: Entry) -> None:
    """Such an attempt was refused by Salesforce."""
    _settle(runtime, entry, CrmError(Reason.VALUE_INVALID, "Salesforce refused the Case."))


def skip(runtime: Runtime, entry: Entry) -> None:
    """By today's rules nothing is made of it."""
    _settle(runtime, entry, SkippedError("Rule tests makes nothing of it: test phones"))


def _settle(runtime: Runtime, entry: Entry, result: Result) -> None:
    attempted = Attempted(time(), 1, "web", "delivered" if isinstance(result, Written) else "failed", "config")
    runtime.ledger.change(entry.id, settle(entry, "everyone-else", result, stretch=0.0), attempted)


def let_time_pass(runtime: Runtime, entry: Entry) -> None:
    """Whoever holds the lease has died, and it has run out."""
    runtime.ledger.change(entry.id, lambda _, now: {"lease_until": now - 1})


def engine_claims(runtime: Runtime, entry: Entry) -> bool:
    """An engine takes what is due."""
    return entry.id in [one.id for one in Queue(runtime.ledger).claim(uuid.uuid4().hex, SECONDS, 2000)]


def request_claims(runtime: Runtime, entry: Entry) -> bool:
    """A request takes what nobody else will try."""
    lease = uuid.uuid4().hex
    claimed = runtime.ledger.change(entry.id, claim_by_request(lease, SECONDS, {}, engine_alive=False))
    return claimed is not None and claimed.lease == lease


def replay_claims(runtime: Runtime, entry: Entry) -> bool:
    """A replay takes an entry that a person has named."""
    try:
        claim(runtime.ledger, runtime.config, entry.id, uuid.uuid4().hex, named=True)
    except BarredError as bar:
        if bar.fate not in (ReplayFate.ALREADY_DELIVERED, ReplayFate.LEASED):
            raise
        return False
    return True


def hold(runtime: Runtime, entry: Entry) -> None:
    """A request meets a pause with what it has just stored."""
    runtime.ledger.change(entry.id, settle(entry, "everyone-else", _paused()))


def hold_not(runtime: Runtime, entry: Entry) -> None:
    """The same where no engine is alive."""
    runtime.ledger.change(entry.id, settle(entry, "everyone-else", _paused(), ending=nobody_delivers()))


def _paused() -> CrmError:
    error = paused(Pause("org", Reason.CRM_UNAVAILABLE.word, "It is away.", 0.0, 0.0, 0))
    assert error is not None
    return error


def give_up(runtime: Runtime, entry: Entry) -> None:
    """It has waited too long."""
    runtime.ledger.change(entry.id, changes.give_up)


def discard(runtime: Runtime, entry: Entry) -> Discarding:
    """A person discards what the ledger has under this id."""
    seen = runtime.ledger.get(entry.id)
    assert seen is not None
    return Discard(runtime.config, runtime.attempts("discard")).run(seen)


def accept(runtime: Runtime, body: bytes) -> Outcome:
    """A web process takes a request."""
    return runtime.delivery().accept(Sent(body, b"", runtime.config.sources["default"], uuid.uuid4().hex))


def deliver(runtime: Runtime) -> int:
    """An engine does one round of what is due."""
    return runtime.engine().run_once()


def bring(runtime: Runtime, state: State, event_id: int) -> tuple[Entry, Entry]:
    """A callback that has come into `state` by what happens to callbacks: as its first attempt knew it, and as it is.

    In `received` whoever attempted it has died, in any other its attempt is still under way somewhere.
    """
    entry = keep_invalid(runtime, event_id) if state is State.INVALID else store(runtime, event_id)
    for step in _WAYS[state]:
        step(runtime, entry)
    now = runtime.ledger.get(entry.id)
    assert now is not None
    assert now.state is state
    return entry, now


_WAYS: Mapping[State, tuple[Callable[[Runtime, Entry], object], ...]] = {
    State.RECEIVED: (let_time_pass,),
    State.WAITING: (trouble,),
    State.DELIVERED: (succeed,),
    State.REFUSED: (refuse,),
    State.FAILED: (promise, refuse),
    State.INVALID: (),
    State.DISCARDED: (trouble, discard),
}

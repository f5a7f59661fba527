"""Writes down what became of an attempt."""

import random
from dataclasses import dataclass
from typing import Any

from app.delivery.entry.changes import FREE
from app.delivery.entry.states import Event, after
from app.delivery.entry.why import why
from app.domain.entry import Change, Decide, Entry
from app.domain.errors import CrmError, RingbackError
from app.domain.record import Dropped, Written
from app.ledger.ledger import Attempted, Ledger

# Seconds until an entry with trouble of its own is tried again, by the number of its attempts.
BACKOFF = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0)
Result = Written | RingbackError


@dataclass(frozen=True)
class Settler:
    """`pace` stretches the waiting times; 1 is normal."""

    ledger: Ledger
    pace: float = 1.0

    def settle(
        self,
        entry: Entry,
        rule: str,
        result: Result,
        attempted: Attempted,
        *,
        ending: RingbackError | None = None,
        promised: bool = False,
    ) -> Entry:
        """The entry after an attempt; all else as in `settle`. Raises `LedgerError`."""
        stretch = self.pace * random.uniform(0.8, 1.2)  # noqa: S311
        decide = settle(entry, rule, result, ending=ending, promised=promised, stretch=stretch)
        return self.ledger.change(entry.id, decide, attempted) or entry


def settle(
    attempted: Entry,
    rule: str,
    result: Result,
    *,
    ending: RingbackError | None = None,
    promised: bool = False,
    stretch: float = 1.0,
) -> Decide:
    """Only who holds the lease, as in `attempted`, may settle an attempt, but a success counts from anybody.

    `ending` is the error that what would wait ends with, unless somebody was promised it or the outcome is unknown.
    `promised` is true when jtel has been told `queued` meanwhile. `stretch` is for the time to wait.
    """

    def decide(entry: Entry, now: float) -> Change | None:
        if isinstance(result, Written):
            change = _delivered(entry, result, now)
        elif entry.lease == attempted.lease:
            change = _not_delivered(entry, result, now, ending, stretch, promised=entry.promised or promised)
        else:
            return None
        # The rules may have changed since it came, and pauses go by today's names.
        return {**change, "rule": rule} if change else None

    return decide


def will_wait(entry: Entry, error: RingbackError, *, may_wait: bool) -> bool:
    """Whether an attempt that ended with this error leaves the entry waiting, and does not end it."""
    return not error.permanent and (may_wait or entry.promised or _is_unknown(entry, error))


def _delivered(entry: Entry, written: Written, now: float) -> Change:
    state = after(entry.state, Event.DELIVERED)
    if state is entry.state:
        return _filled_in(entry, written)
    return {
        **_ENDED,
        "state": state,
        "record_id": written.id,
        "record_number": written.number,
        "org_id": written.org_id,
        "delivered_at": now,
        "dropped": _dropped(entry, written),
        "attempts": entry.attempts + 1,
    }


def _not_delivered(
    entry: Entry, error: RingbackError, now: float, ending: RingbackError | None, stretch: float, *, promised: bool
) -> Change:
    waits = will_wait(entry, error, may_wait=ending is None or promised)
    step = BACKOFF[min(entry.attempts, len(BACKOFF) - 1)] * stretch
    least = max(error.wait, error.retry_after) if isinstance(error, CrmError) else 0.0
    return {
        **_ENDED,
        "state": after(entry.state, Event.TROUBLED if waits else Event.REFUSED, promised=promised),
        **why(error if waits or ending is None else ending),
        "due_at": now + max(step, least) if waits else None,
        "promised": promised or waits,
        "unknown": _is_unknown(entry, error),
        # The record may exist, and then without these.
        "dropped": _tried_without(error) or entry.dropped,
        "attempts": entry.attempts + 1,
    }


_ENDED: dict[str, Any] = {**FREE, "due_at": None, **why(None)}


def _filled_in(entry: Entry, written: Written) -> Change:
    """What was not known of a record that had been delivered already."""
    known = {"record_id": written.id, "record_number": written.number, "org_id": written.org_id}
    same = entry.record_id in (None, written.id)
    return {name: value for name, value in known.items() if same and value and getattr(entry, name) is None}


def _is_unknown(entry: Entry, error: RingbackError) -> bool:
    return entry.unknown or (isinstance(error, CrmError) and error.outcome_unknown)


def _dropped(entry: Entry, written: Written) -> tuple[Dropped, ...]:
    """What it was made without. A record that was there is one that an earlier attempt has sent."""
    return (entry.dropped if not written.created else ()) or written.dropped


def _tried_without(error: RingbackError) -> tuple[Dropped, ...]:
    return error.dropped if isinstance(error, CrmError) and error.outcome_unknown else ()

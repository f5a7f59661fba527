"""Writes down what became of an attempt."""

import random
from dataclasses import dataclass
from typing import Any

from app.delivery.entry.states import Event, after
from app.delivery.entry.why import why
from app.domain.entry import Entry
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
        """The entry after an attempt. Only who holds the lease may settle, but a success counts from anybody.

        `ending` is the error that what would wait ends with, unless somebody was promised it or the outcome is unknown.
        `promised` is true when jtel has been told `queued` meanwhile.
        """

        def decide(current: Entry, now: float) -> dict[str, Any] | None:
            if isinstance(result, Written):
                changed = self._delivered(current, result, now)
            elif current.lease == entry.lease:
                changed = self._not_delivered(current, result, now, ending, promised)
            else:
                return None
            # The rules may have changed since it came, and pauses go by today's names.
            return {**changed, "rule": rule} if changed else None

        return self.ledger.change(entry.id, decide, attempted) or entry

    def _delivered(self, current: Entry, written: Written, now: float) -> dict[str, Any]:
        state = after(current.state, Event.DELIVERED)
        if state is current.state:
            return _filled_in(current, written)
        return {
            "state": state,
            "record_id": written.id,
            "record_number": written.number,
            "org_id": written.org_id,
            "delivered_at": now,
            "dropped": _dropped(current, written),
            "attempts": current.attempts + 1,
            **_CLEARED,
        }

    def _not_delivered(
        self, current: Entry, error: RingbackError, now: float, ending: RingbackError | None, promised: bool
    ) -> dict[str, Any]:
        promised = current.promised or promised
        waits = will_wait(current, error, may_wait=ending is None or promised)
        event = Event.TROUBLED if waits else Event.REFUSED
        step = BACKOFF[min(current.attempts, len(BACKOFF) - 1)] * self.pace * random.uniform(0.8, 1.2)  # noqa: S311
        least = max(error.wait, error.retry_after) if isinstance(error, CrmError) else 0.0
        return {
            **_CLEARED,
            "state": after(current.state, event, promised=promised),
            **why(error if waits or ending is None else ending),
            "due_at": now + max(step, least) if waits else None,
            "promised": promised or waits,
            "unknown": _is_unknown(current, error),
            # The record may exist, and then without these.
            "dropped": _tried_without(error) or current.dropped,
            "attempts": current.attempts + 1,
        }


_CLEARED: dict[str, Any] = {"lease": None, "lease_until": None, "due_at": None, **why(None)}


def _filled_in(current: Entry, written: Written) -> dict[str, Any]:
    """What was not known of a record that had been delivered already."""
    known = {"record_id": written.id, "record_number": written.number, "org_id": written.org_id}
    same = current.record_id in (None, written.id)
    return {name: value for name, value in known.items() if same and value and getattr(current, name) is None}


def will_wait(entry: Entry, error: RingbackError, *, may_wait: bool) -> bool:
    """Whether an attempt that ended with this error leaves the entry waiting, and does not end it."""
    return not error.permanent and (may_wait or entry.promised or _is_unknown(entry, error))


def _is_unknown(entry: Entry, error: RingbackError) -> bool:
    return entry.unknown or (isinstance(error, CrmError) and error.outcome_unknown)


def _dropped(current: Entry, written: Written) -> tuple[Dropped, ...]:
    """What it was made without. A record that was there is one that an earlier attempt has sent."""
    return (current.dropped if not written.created else ()) or written.dropped


def _tried_without(error: RingbackError) -> tuple[Dropped, ...]:
    return error.dropped if isinstance(error, CrmError) and error.outcome_unknown else ()

"""What an attempt has come to: how its entry changes, and what the ledger keeps of what was sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.crm.case import COMMENT, COMMENT_BODY
from app.delivery.entry.states import FREE, TABLE, Event, after, why
from app.domain.entry import Change, Decide, Entry
from app.domain.errors import RingbackError, SkippedError
from app.domain.reasons import Reason
from app.domain.record import Written
from app.mapping.described import written

# Seconds until an entry with trouble of its own is tried again, by the number of its attempts.
BACKOFF = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0)
Result = Written | RingbackError
_ENDED: dict[str, Any] = {**FREE, "due_at": None, **why(None)}


def settle(
    attempted: Entry,
    rule: str,
    result: Result,
    *,
    ending: RingbackError | None = None,
    promised: bool = False,
    stretch: float = 1.0,
) -> Decide:
    """Only the holder of the lease, as in `attempted`, settles an attempt; but a success counts from anybody.

    `ending` is the error that what would wait ends with, unless somebody was promised it or the outcome is unknown.
    `promised` is true when jtel has been told `queued` meanwhile. `stretch` is for the time to wait.
    """

    def decide(entry: Entry, now: float) -> Change | None:
        if isinstance(result, Written):
            change = _delivered(entry, result, now)
        elif entry.lease == attempted.lease and isinstance(result, SkippedError):
            # It is done, and no attempt; what a replay makes of it once the rules have changed is ours.
            change = {**_ENDED, "state": after(entry.state, Event.SKIPPED), **why(result), "promised": True}
        elif entry.lease == attempted.lease:
            change = _not_delivered(entry, result, now, ending, stretch, promised=entry.promised or promised)
        else:
            return None
        # The rules may have changed since it came, and pauses go by today's names.
        return {**change, "rule": rule} if change else None

    return decide


def will_wait(entry: Entry, error: RingbackError, *, may_wait: bool) -> bool:
    """Whether an attempt that ended with this error leaves the entry waiting, and does not end it."""
    return not error.permanent and (may_wait or entry.promised or entry.unknown or error.outcome_unknown)


def turn_never_came(result: Result | None) -> bool:
    """Whether nothing was sent: other records were under way, one of them has met this error, or delivery is paused.

    Where its own call could not be made, as without a session, that counts as an attempt. What an earlier call may have
    made is unknown, though this one was not sent.
    """
    if not isinstance(result, RingbackError) or not result.unsent or result.outcome_unknown:
        return False
    return result.echo or result.reason is Reason.CRM_BUSY


def _delivered(entry: Entry, written: Written, now: float) -> Change:
    state = TABLE[entry.state].get(Event.DELIVERED)
    if state is None:
        return _filled_in(entry, written)
    return {
        **_ENDED,
        "state": state,
        "object": written.object,
        "record_id": written.id,
        "record_number": written.number,
        "org_id": written.org_id,
        "delivered_at": now,
        # If it was there already, an earlier attempt has sent it.
        "dropped": written.dropped if written.created else entry.dropped or written.dropped,
        "attempts": entry.attempts + 1,
    }


def _not_delivered(
    entry: Entry, error: RingbackError, now: float, ending: RingbackError | None, stretch: float, *, promised: bool
) -> Change:
    waits = will_wait(entry, error, may_wait=ending is None or promised)
    unsent = turn_never_came(error)
    step = 0.0 if unsent else BACKOFF[min(entry.attempts, len(BACKOFF) - 1)] * stretch
    return {
        **_ENDED,
        "state": after(entry.state, Event.TROUBLED if waits else Event.REFUSED, promised=promised),
        **why(error if waits or ending is None else ending),
        "due_at": now + max(step, error.wait, error.retry_after) if waits else None,
        "promised": promised or waits,
        "unknown": entry.unknown or error.outcome_unknown,
        # The record may exist, and then without these.
        "dropped": (error.dropped if error.outcome_unknown else ()) or entry.dropped,
        "attempts": entry.attempts + (not unsent),
    }


def _filled_in(entry: Entry, written: Written) -> Change:
    """What was not known of a record that had been delivered already."""
    known = {"record_id": written.id, "record_number": written.number, "org_id": written.org_id}
    same = entry.record_id in (None, written.id)
    return {name: value for name, value in known.items() if same and value and getattr(entry, name) is None}


@dataclass(frozen=True)
class KeptRecord:
    """The values as JSON, refs as in the YAML. `left_out` are those of the fields that it lacks for a reason.

    `cut` says how many characters a text had that was shortened. `there` says that the record was in the CRM already,
    from an earlier attempt, so that this one was not taken.
    """

    object: str
    fields: Mapping[str, Any]
    left_out: Mapping[str, Any] = field(default_factory=dict)
    cut: Mapping[str, int] = field(default_factory=dict)
    there: bool = False

    @property
    def is_comment(self) -> bool:
        """Whether it is no record of its own, but a comment on one."""
        return self.object == COMMENT

    @property
    def comment(self) -> str | None:
        """The text of the comment, if it is one."""
        return str(self.fields.get(COMMENT_BODY, "")) if self.is_comment else None


def pack(result: Result) -> bytes | None:
    """What the attempt with this result has sent last; nothing if nothing was sent."""
    sent = result.sent
    if sent is None:
        return None
    record = sent.record
    there = isinstance(result, Written) and not result.created and record.object != COMMENT
    parts: dict[str, Any] = {
        "object": record.object,
        "fields": dict(record.fields),
        "left_out": dict(sent.left_out),
        "cut": dict(record.cut),
        "there": there,
    }
    return json.dumps({name: part for name, part in parts.items() if part}, default=written).encode()


def unpack(packed: bytes) -> KeptRecord:
    """What was sent. Raises `ValueError` if these are no bytes of `pack`."""
    try:
        return KeptRecord(**json.loads(packed))
    except TypeError as error:
        raise ValueError("what was sent cannot be read") from error

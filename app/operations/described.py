"""An entry as JSON: what other programs may rely on. It holds no personal data."""

from datetime import UTC, datetime
from typing import Any

from app.domain.callback import event_id_as_sent
from app.domain.entry import Entry, State
from app.domain.reasons import who_acts
from app.domain.record import CASE


def described(entry: Entry, now: float) -> dict[str, Any]:
    """The entry's stable keys, all of them always; `now` is the ledger's clock."""
    return {
        "id": entry.id,
        "source": entry.source,
        "acdEventsId": event_id_as_sent(entry.event_id),
        "turn": entry.turn,
        "state": entry.state.value,
        "reason": entry.reason,
        "message": entry.message,
        "rule": entry.rule,
        "receivedAt": iso(entry.received_at),
        "ageSeconds": max(0, round(now - entry.received_at)),
        "attempts": entry.attempts,
        "object": entry.record_object if entry.state is State.DELIVERED else entry.object,
        "recordId": entry.record_id,
        "caseId": entry.record_id if entry.record_object == CASE else None,
        "caseNumber": entry.record_number,
        "externalId": entry.external_id,
        "requestId": entry.request_id,
        "promised": entry.promised,
        # What came while delivery was paused is due since always; that is no time to show.
        "dueAt": iso(entry.due_at or None) if entry.state is State.WAITING else None,
        "dropped": [{**vars(one), "who": who_acts(one.reason)} for one in entry.dropped],
        "mergedInto": entry.merged_into,
        "purgedAt": iso(entry.purged_at),
        "reconciled": entry.reconciled,
        "editedAt": iso(entry.edited_at),
        "invalidEventIds": [event_id_as_sent(one) for one in entry.invalid_event_ids],
    }


def iso(seconds: float | None) -> str | None:
    """The time in UTC, to the millisecond."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

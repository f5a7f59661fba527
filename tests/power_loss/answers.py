"""What was answered 200 must be in the ledger, with its state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.power_loss.trace import Answer

# What the entry may be, since it may go on after the answer.
STATES: Mapping[str, frozenset[str]] = {
    "created": frozenset({"delivered"}),
    "existing": frozenset({"delivered"}),
    "updated": frozenset({"delivered"}),
    "queued": frozenset({"received", "waiting", "delivered"}),
    "discarded": frozenset({"discarded"}),
    "skipped": frozenset({"discarded"}),
}
QUERY = "SELECT event_id, request_id, state, record_id FROM entry WHERE event_id IS NOT NULL"


@dataclass(frozen=True)
class Row:
    """An entry of the ledger."""

    event_id: str
    request_id: str
    state: str
    record_id: str | None


def lost(answers: Iterable[Answer], rows: Sequence[Row]) -> list[str]:
    """What was promised and is not there."""
    by_event: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_event[row.event_id].append(row)
    found = []
    for answer in answers:
        states = STATES.get(answer.body["status"])
        if states is not None and not _is_there(answer.body, states, by_event[str(answer.body["acdEventsId"])]):
            found.append(f"event {answer.body['acdEventsId']}: {answer.body['status']}")
    return found


def _is_there(body: Mapping[str, Any], states: frozenset[str], rows: Sequence[Row]) -> bool:
    # A repeat's answer is about the entry of the request before it.
    own = [row for row in rows if row.request_id == body["requestId"]] or rows
    case = body.get("caseId") if body["status"] in ("created", "existing") else None
    return any(row.state in states and case in (None, row.record_id) for row in own)

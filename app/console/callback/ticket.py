"""A callback as a text for a ticket or a mail: no number, no name, nothing that a caller said."""

from collections.abc import Iterator, Sequence

from app.delivery.entry.states import Event
from app.domain.entry import Entry
from app.operations.advice import Advice
from app.operations.described import iso
from app.operations.dropped import drops_by_reason
from app.operations.timeline import Moment

# Of more attempts only the first and the last ones.
_MOST = 30


def ticket_text(entry: Entry, moments: Sequence[Moment], tip: Advice, version: str) -> str:
    """The lines of the text."""
    return "\n".join([*_facts(entry, version), "", *_timeline(moments), "", f"Next: {tip.text}"])


def _facts(entry: Entry, version: str) -> Iterator[str]:
    event = f"event {entry.event_id}" if entry.event_id else "not understood"
    yield f"Callback {entry.id}: {event} of source {entry.source}, Ringback {version}"
    yield f"State: {entry.state.value}{f', {entry.reason}' if entry.reason else ''}"
    if entry.message:
        yield f"Said: {entry.message}"
    yield f"Rule: {entry.rule or 'none'}"
    if entry.record_id:
        number = f"{entry.record_number} " if entry.record_number else ""
        yield f"{entry.record_object}: {number}({entry.record_id}) in org {entry.org_id or 'unknown'}"
    for drop in drops_by_reason(entry.dropped):
        yield f"Without: {', '.join(drop.fields)} ({drop.reason}). {drop.message or ''}".rstrip()
    yield f"External id: {entry.external_id or 'none'}"
    yield f"Request id: {entry.request_id}"
    yield f"Attempts: {entry.attempts}{', the outcome of one is unknown' if entry.unknown else ''}"


def _timeline(moments: Sequence[Moment]) -> Iterator[str]:
    left = len(moments) - _MOST
    shown = moments if left <= 0 else [*moments[: _MOST // 2], *moments[-_MOST // 2 :]]
    for place, moment in enumerate(shown):
        if left > 0 and place == _MOST // 2:
            yield f"… {left} more"
        yield _line(moment)


def _line(moment: Moment) -> str:
    parts = [iso(moment.at), moment.what, moment.runner and f"by {moment.runner}", moment.outcome, moment.reason]
    parts += [moment.code, f"{moment.ms} ms" if moment.ms is not None else None]
    decided = moment.what in (Event.DISCARDED.value, Event.GAVE_UP.value)
    parts += [f"config {moment.config}" if moment.config and not decided else None]
    return " ".join(part for part in parts if part)

"""An entry and its timeline as text. But for the payload it holds no personal data."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from textwrap import wrap

from app.cli.table import WIDTH, event_of
from app.domain.entry import Entry, State
from app.operations.advice import Advice
from app.operations.timeline import Moment


def story(entry: Entry, moments: Sequence[Moment], tip: Advice, zone: tzinfo | None) -> Iterator[str]:
    """The lines of `ringback show`; times are those of `zone`."""
    event = f"event {event_of(entry)}" if entry.event_id else "not understood,"
    yield f"Callback {entry.id}: {event} of source {entry.source}"
    for name, value in _facts(entry):
        if value:
            yield f"  {name:12} {value}"
    yield ""
    yield f"Timeline ({zone or 'UTC'})"
    for moment in moments:
        at = datetime.fromtimestamp(moment.at, zone or UTC)
        yield f"  {at:%Y-%m-%d %H:%M:%S}  {_what(moment)}"
    yield ""
    yield from wrap(f"Next: {tip.text}", WIDTH, break_on_hyphens=False)
    yield f"To act: {tip.who or 'nobody'}"
    yield ""


def payload_text(raw: bytes) -> str:
    """The bytes as text, in the encodings in which jtel sends."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _facts(entry: Entry) -> Iterator[tuple[str, str | None]]:
    yield "state", entry.state.value + (f": {entry.reason}" if entry.reason else "")
    yield "rule", entry.rule
    yield "Case", _case(entry)
    yield "without", ", ".join(f"{one.field} ({one.reason})" for one in entry.dropped)
    if entry.merged_into is not None:
        yield "merged", f"a comment on the Case of callback {entry.merged_into}"
    yield "external id", entry.external_id
    yield "request id", entry.request_id
    yield "attempts", str(entry.attempts)
    if entry.unknown and entry.state is not State.DELIVERED:
        yield "outcome", "of an attempt not known: the Case may exist"


def _case(entry: Entry) -> str | None:
    if entry.state is not State.DELIVERED:
        return None
    number = entry.record_number or "of unknown number"
    return f"{number} ({entry.record_id or 'id unknown'}{f' in org {entry.org_id}' if entry.org_id else ''})"


def _what(moment: Moment) -> str:
    if moment.what != "attempt":
        who = f", by {'a person' if moment.runner == 'discard' else moment.runner}" if moment.runner else ""
        return f"{moment.what}{who}{f': {moment.reason}' if moment.reason else ''}"
    code = f" ({moment.code})" if moment.code else ""
    came_to = f"{moment.outcome}{f': {moment.reason}' if moment.reason else ''}{code}"
    return f"attempt by {moment.runner}: {came_to}, {(moment.ms or 0) / 1000:.2f} s, config {moment.config}"

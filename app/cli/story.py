"""An entry and its timeline as text. But for the payload it holds no personal data."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from textwrap import wrap

from app.cli.table import WIDTH, event_of
from app.domain.entry import Entry, State
from app.domain.harmless import harmless
from app.domain.record import CASE
from app.operations.advice import Advice
from app.operations.dropped import drops_by_reason
from app.operations.timeline import Moment

# What only a person does.
_PEOPLES = ("discard", "edit")


def story(entry: Entry, moments: Sequence[Moment], tip: Advice, zone: tzinfo | None) -> Iterator[str]:
    """The lines of `ringback show`; times are those of `zone`."""
    yield f"Callback {entry.id}: {_named(entry)} of source {entry.source}"
    for name, value in _facts(entry):
        if value:
            yield from _wrapped(f"  {name:12} ", value)
    yield ""
    yield f"Timeline ({zone or 'UTC'})"
    yield from _timeline(moments, zone)
    yield ""
    yield from wrap(f"Next: {tip.text}", WIDTH, break_on_hyphens=False)
    yield f"To act: {tip.who or 'nobody'}"
    yield ""


def _named(entry: Entry) -> str:
    if entry.event_id is not None:
        return f"event {event_of(entry)}"
    ids = " and ".join(entry.invalid_event_ids)
    return f"not understood, names event {ids}," if ids else "not understood,"


def _timeline(moments: Sequence[Moment], zone: tzinfo | None) -> Iterator[str]:
    said = None
    for moment in moments:
        at = datetime.fromtimestamp(moment.at, zone or UTC)
        begin = f"  {at:%Y-%m-%d %H:%M:%S}  "
        yield f"{begin}{_what(moment)}"
        # What many attempts in a row were told stands once.
        if moment.message and moment.message != said:
            yield from _wrapped(" " * len(begin), moment.message)
        said = moment.message or said
        if moment.note:
            yield from _wrapped(" " * len(begin), f"Why: {moment.note}")


def _wrapped(begin: str, text: str) -> Iterator[str]:
    """Lines of at most the table's width, the text below itself; a long word keeps its line."""
    text = " ".join(harmless(text).split())
    yield from wrap(
        text,
        WIDTH,
        initial_indent=begin,
        subsequent_indent=" " * len(begin),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _facts(entry: Entry) -> Iterator[tuple[str, str | None]]:
    yield "state", entry.state.value + (f": {entry.reason}" if entry.reason else "")
    yield "said", entry.message
    yield "rule", entry.rule
    yield entry.record_object, _record(entry)
    for drop in drops_by_reason(entry.dropped):
        yield "without", f"{', '.join(drop.fields)} ({drop.reason}). {drop.message or ''}"
    if entry.edited_at is not None:
        yield "edited", "it is delivered as a person has edited it; what jtel sent stays beside"
    if entry.reconciled:
        yield "reconciled", "it never came by itself: jtel was asked for it"
    if entry.merged_into is not None:
        yield "merged", f"a comment on the Case of callback {entry.merged_into}"
    yield "external id", entry.external_id
    yield "request id", entry.request_id
    yield "attempts", str(entry.attempts)
    if entry.unknown and entry.state is not State.DELIVERED:
        yield "outcome", f"of an attempt is unknown: the {entry.record_object} may exist"


def _record(entry: Entry) -> str | None:
    if entry.state is not State.DELIVERED:
        return None
    org = f" in org {entry.org_id}" if entry.org_id else ""
    if entry.record_object != CASE:
        return f"{entry.record_id or 'id unknown'}{org}"
    number = entry.record_number or "of unknown number"
    return f"{number} ({entry.record_id or 'id unknown'}{org})"


def _what(moment: Moment) -> str:
    if moment.what != "attempt":
        by = moment.asked_by or ("a person" if moment.runner in _PEOPLES else moment.runner)
        who = f", by {by}" if by else ""
        return f"{moment.what}{who}{f': {moment.reason}' if moment.reason else ''}"
    code = f" ({moment.code})" if moment.code else ""
    came_to = f"{moment.outcome}{f': {moment.reason}' if moment.reason else ''}{code}"
    asked = f" for {moment.asked_by}" if moment.asked_by else ""
    return f"attempt by {moment.runner}{asked}: {came_to}, {(moment.ms or 0) / 1000:.2f} s, config {moment.config}"

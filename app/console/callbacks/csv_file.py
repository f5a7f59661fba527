"""The list as a file for a spreadsheet. No cell of it is run by one."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

from app.console.callbacks.rows import masked_number
from app.domain.entry import Entry
from app.domain.harmless import harmless
from app.domain.source import Source, clock_of
from app.ledger.ledger import Ledger
from app.operations.find import Choice, entries_of
from app.operations.paging import pages_of

MOST = 10_000
# By it Excel knows that the file is in UTF-8.
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# A German Excel parts by what is no German comma.
_DELIMITERS = {"de": ";"}
# With these a formula begins, also in the wide form that East Asian spreadsheets know.
_RUN = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
HEADER = (
    "id",
    "received_at",
    "source",
    "event_id",
    "turn",
    "state",
    "reason",
    "message",
    "rule",
    "number",
    "object",
    "record_number",
    "record_id",
    "external_id",
    "delivered_at",
    "due_at",
    "attempts",
    "left_out",
    "reconciled",
    "request_id",
)


def csv_lines(ledger: Ledger, choice: Choice, sources: Mapping[str, Source], language: str) -> Iterator[str]:
    """The file, a page at a time: at most `MOST` callbacks, and a last line that says so. Raises `LedgerError`."""
    delimiter = _DELIMITERS.get(language, ",")
    yield _MARK + _lines([HEADER], delimiter)
    left = MOST
    for ids in pages_of(ledger, choice, MOST + 1):
        yield _lines([_cells(entry, sources) for entry in entries_of(ledger, ids[:left])], delimiter)
        if len(ids) > left:
            yield _lines([[f"There are more than these {MOST}: choose a shorter time."]], delimiter)
        left -= len(ids)


def cell(value: object) -> str:
    """A cell that is text, whatever stands in it."""
    text = " ".join(harmless("" if value is None else str(value)).split())
    return f"'{text}" if text.startswith(_RUN) else text


def _lines(rows: Sequence[Sequence[object]], delimiter: str) -> str:
    file = StringIO()
    # All in quotes: what parts cells elsewhere parts none here.
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([[*map(cell, row)] for row in rows])
    return file.getvalue()


def _cells(entry: Entry, sources: Mapping[str, Source]) -> Sequence[object]:
    zone = clock_of(sources, (entry.source,))
    return (
        entry.id,
        _at(entry.received_at, zone),
        entry.source,
        entry.event_id or " ".join(entry.invalid_event_ids),
        entry.turn,
        entry.state.value,
        entry.reason,
        entry.message,
        entry.rule,
        masked_number(entry, sources),
        entry.record_object,
        entry.record_number,
        entry.record_id,
        entry.external_id,
        _at(entry.delivered_at, zone),
        _at(entry.due_at, zone),
        entry.attempts,
        " ".join(f"{one.field}:{one.reason}" for one in entry.dropped),
        "yes" if entry.reconciled else "no",
        entry.request_id,
    )


def _at(seconds: float | None, zone: ZoneInfo) -> str:
    """In the source's zone, with its offset. What is due since always has no time."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone).isoformat(" ", "seconds") if seconds else ""

"""Entries as a table for a terminal. It holds no personal data."""

from collections.abc import Iterator, Mapping, Sequence

from app.domain.entry import Entry
from app.domain.record import CASE
from app.operations.dropped import drops_by_reason
from app.operations.named import Meaning

WIDTH = 100
GAP = "  "
HEADER = ("ID", "EVENT", "SOURCE", "STATE", "REASON", "RULE", "AGE", "TRIES", "RECORD")
DROPPED_HEADER = ("ID", "EVENT", "SOURCE", "RULE", "AGE", "RECORD", "WITHOUT", "REASON", "ACTS")
MEANINGS_HEADER = ("NAME", "MEANS", *HEADER)
# What may be cut where a row is too long, and how much is always left of it.
_FLEXIBLE = {"EVENT": 8, "SOURCE": 6, "REASON": 23, "RULE": 6, "RECORD": 8, "WITHOUT": 12}
_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


def table(entries: Sequence[Entry], now: float) -> Iterator[str]:
    """A header and a line for each entry, at most 100 columns wide."""
    yield from lines([HEADER, *(_cells(entry, now) for entry in entries)])


def dropped_table(entries: Sequence[Entry], now: float) -> Iterator[str]:
    """A header, and for each entry a line for each reason: what its record was made without, and who mends it."""
    yield from lines([DROPPED_HEADER, *(row for entry in entries for row in _dropped_cells(entry, now))])


def meanings_table(meanings: Sequence[Meaning], now: float) -> Iterator[str]:
    """A header, and a line for each entry that a name may mean, with how to name it."""
    rows = [(one.name, one.what, *_cells(entry, now)) for one in meanings for entry in one.entries]
    yield from lines([MEANINGS_HEADER, *rows])


def event_of(entry: Entry) -> str:
    """The event's id; a later version of the same event has its number after it, as in the external id.

    What was not understood names its event with a question mark behind.
    """
    if entry.event_id is None:
        return ",".join(f"{one}?" for one in entry.invalid_event_ids) or "-"
    return entry.event_id if entry.turn == 1 else f"{entry.event_id}-{entry.turn}"


def age(seconds: float) -> str:
    """About how long, in one unit."""
    for unit, size in _UNITS:
        if seconds >= 2 * size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"


def _cells(entry: Entry, now: float) -> tuple[str, ...]:
    return (
        str(entry.id),
        event_of(entry) + (" (reconciled)" if entry.reconciled else ""),
        entry.source,
        entry.state.value,
        entry.reason or "-",
        entry.rule or "-",
        age(now - entry.received_at),
        str(entry.attempts),
        _record(entry),
    )


def _dropped_cells(entry: Entry, now: float) -> Iterator[tuple[str, ...]]:
    record, since = _record(entry), age(now - entry.received_at)
    for drop in drops_by_reason(entry.dropped):
        first = (str(entry.id), event_of(entry), entry.source, entry.rule or "-", since, record)
        yield (*first, ", ".join(drop.fields), drop.reason, drop.who or "-")


def _record(entry: Entry) -> str:
    """The number of a Case; what else it is, and its id."""
    if entry.record_object == CASE or entry.record_id is None:
        return entry.record_number or entry.record_id or "-"
    return f"{entry.record_object} {entry.record_id}"


def lines(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows of one length, the first of them the header."""
    least = {place: _FLEXIBLE[name] for place, name in enumerate(rows[0]) if name in _FLEXIBLE}
    widths = _fit([max(len(row[column]) for row in rows) for column in range(len(rows[0]))], least)
    for row in rows:
        cut = [_cut(cell, width).ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield GAP.join(cut).rstrip()


def _fit(widths: list[int], least: Mapping[int, int]) -> list[int]:
    """Takes from the widest that may be cut until all fit."""
    while sum(widths) + len(GAP) * (len(widths) - 1) > WIDTH:
        column = max(least, key=lambda one: widths[one] - least[one])
        if widths[column] <= least[column]:
            break
        widths[column] -= 1
    return widths


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "…"

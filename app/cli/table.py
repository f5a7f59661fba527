"""Entries as a table for a terminal. It holds no personal data."""

from collections.abc import Iterator, Sequence

from app.domain.entry import Entry

WIDTH = 100
GAP = "  "
HEADER = ("ID", "EVENT", "SOURCE", "STATE", "REASON", "RULE", "AGE", "TRIES", "CASE")
# What may be cut where a row is too long, and how much is always left of it.
_FLEXIBLE = {1: 8, 2: 6, 4: 23, 5: 6, 8: 8}
_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


def table(entries: Sequence[Entry], now: float) -> Iterator[str]:
    """A header and a line for each entry, at most 100 columns wide."""
    rows = [HEADER, *(_cells(entry, now) for entry in entries)]
    widths = _fit([max(len(row[column]) for row in rows) for column in range(len(HEADER))])
    for row in rows:
        cut = [_cut(cell, width).ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield GAP.join(cut).rstrip()


def event_of(entry: Entry) -> str:
    """The event's id; a later content of the same event has its number after it, as in the external id."""
    if entry.event_id is None:
        return "-"
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
        event_of(entry),
        entry.source,
        entry.state.value,
        entry.reason or "-",
        entry.rule or "-",
        age(now - entry.received_at),
        str(entry.attempts),
        entry.record_number or entry.record_id or "-",
    )


def _fit(widths: list[int]) -> list[int]:
    """Takes from the widest that may be cut until all fit."""
    while sum(widths) + len(GAP) * (len(widths) - 1) > WIDTH:
        column = max(_FLEXIBLE, key=lambda one: widths[one] - _FLEXIBLE[one])
        if widths[column] <= _FLEXIBLE[column]:
            break
        widths[column] -= 1
    return widths


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "…"

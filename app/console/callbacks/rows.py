"""The rows of the list: what is shown of each callback, without a caller's number or words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.console.callback.view import record_address
from app.console.services import Console
from app.domain.entry import UNFINISHED, Entry, State
from app.domain.errors import PayloadError
from app.domain.numbers import digits_of
from app.domain.source import Source
from app.ledger.pauses import pause_of
from app.operations.dropped import Drop, drops_by_reason
from app.payload import read

# Of less nothing can be shown without showing it all.
_LEAST_DIGITS = 5
_LEFT_DIGITS = 2


@dataclass(frozen=True)
class CallbackRow:
    """`number` is masked. `waits` is for how many seconds somebody has waited, if somebody still does.

    `due_in` is the seconds until the next attempt; `paused` is why none is made for now.
    """

    entry: Entry
    number: str | None
    record_address: str | None
    drops: list[Drop]
    waits: float | None
    due_in: float | None
    paused: str | None


def rows_of(console: Console, entries: Iterable[Entry]) -> list[CallbackRow]:
    """Raises `LedgerError`."""
    now, pauses = console.ledger.now(), console.pauses.all()
    sources = console.in_force.loaded.config.sources

    def row(entry: Entry) -> CallbackRow:
        pause = pause_of(entry.rule or "", pauses) if entry.state is State.WAITING else None
        due = entry.state is State.WAITING and not pause
        return CallbackRow(
            entry,
            masked_number(entry, sources),
            record_address(console, entry.record_id, entry.record_object),
            drops_by_reason(entry.dropped),
            now - entry.received_at if entry.state in UNFINISHED else None,
            max(0.0, (entry.due_at or 0.0) - now) if due else None,
            pause.reason if pause else None,
        )

    return [row(entry) for entry in entries]


def masked_number(entry: Entry, sources: Mapping[str, Source]) -> str | None:
    """The end of the number to call back; nothing where there is none, or it is no longer known."""
    source = sources.get(entry.source)
    if source is None or entry.purged_at is not None:
        return None
    try:
        callback = read(entry.body, entry.query, source, entry.came_at)
    except PayloadError:
        return None
    return _masked(callback.callback_number) if callback.callback_number else None


def _masked(number: str) -> str:
    digits = digits_of(number)
    return "…" + (digits[-_LEFT_DIGITS:] if len(digits) >= _LEAST_DIGITS else "")

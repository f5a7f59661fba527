"""What came from jtel, as rows of a table: as Ringback understands it, and raw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.console.callback.shown import Shown
from app.domain.callback import Callback
from app.domain.entry import Entry
from app.domain.errors import RingbackError
from app.domain.harmless import harmless, payload_text
from app.domain.reasons import Reason
from app.domain.source import Source
from app.mapping.names import FRIENDLY
from app.payload import read

# What says all the others once more.
_LEFT = ("summary", "extra")
# What these hold is no telephone number, whatever it looks like.
_EXACT = (
    "source",
    "event_id",
    "event_type",
    "group_id",
    "group_foreign_id",
    "salesforce_id",
    "salesforce_query_result",
)


@dataclass(frozen=True)
class Understood:
    """A name that rules may use, its value, and what it means; what jtel does not document has no meaning here."""

    name: str
    value: str
    meaning: str = ""


@dataclass(frozen=True)
class Came:
    """`number` is the one to call back. There is a `trouble` where today's Ringback does not understand what came."""

    understood: Sequence[Understood] = ()
    number: str | None = None
    trouble: str | None = None
    removed: bool = False
    body: str = ""
    query: str = ""
    edited: str = ""


def came(entry: Entry, source: Source | None, shown: Shown) -> Came:
    """What jtel sent of the entry, or a person has written in its place, read as today."""
    if entry.purged_at is not None:
        return Came(removed=True)
    parts = (entry.body, entry.query, entry.edited)
    body, query, edited = (harmless(payload_text(part)) if shown.raw else "" for part in parts)
    try:
        callback = _read(entry, source)
    except RingbackError as error:
        return Came(trouble=error.message, body=body, query=query, edited=edited)
    understood = list(_understood(callback, shown))
    return Came(understood, callback.callback_number, body=body, query=query, edited=edited)


def _read(entry: Entry, source: Source | None) -> Callback:
    if source is None:
        raise RingbackError(Reason.MAPPING_FAILED, f"The source {entry.source} is no longer configured.")
    return read(*entry.payload, source, entry.came_at)


def _understood(callback: Callback, shown: Shown) -> Iterator[Understood]:
    for name, known in FRIENDLY.items():
        value = known.value(callback) if name not in _LEFT else None
        if value is not None:
            yield Understood(name, harmless(str(value)) if name in _EXACT else shown.text(value), known.meaning)
    for name, value in callback.extra.items():
        if value is not None:
            yield Understood(f"extra.{harmless(name)}", shown.text(value))

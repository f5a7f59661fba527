"""Finds the entries that a person names: by entry id, by `source/event`, or by event id alone."""

from app.domain.entry import Entry
from app.ledger.ledger import Ledger
from app.ledger.tables import entry

# What a column of 64 bits holds.
_LARGEST = 2**63 - 1


class NamingError(Exception):
    """The name means no entry, or several events. The message is a sentence for whoever wrote it."""


def named(ledger: Ledger, name: str) -> list[Entry]:
    """The entries: one, or all contents of an event, the first content first.

    A bare number is an entry id if there is such an entry, else an event id. Raises `NamingError` and `LedgerError`.
    """
    source, slash, event_id = name.rpartition("/")
    if slash:
        return ledger.of_event(source, event_id) or _fail(f"There is no entry for event {event_id} of source {source}.")
    if not (name.isascii() and name.isdigit()):
        return _fail(f'"{name}" names no entry: wanted is an entry id, SOURCE/EVENT or an event id.')
    by_id = ledger.get(int(name)) if int(name) <= _LARGEST else None
    return [by_id] if by_id else _of_event(ledger, name)


def _of_event(ledger: Ledger, event_id: str) -> list[Entry]:
    found = ledger.select(entry.c.event_id == event_id)
    sources = sorted({one.source for one in found})
    if len(sources) > 1:
        names = " or ".join(f"{source}/{event_id}" for source in sources)
        return _fail(f"Several sources have an event {event_id}: write {names}.")
    found.sort(key=lambda one: one.turn)
    return found or _fail(f"There is neither an entry {event_id} nor an event {event_id}.")


def _fail(sentence: str) -> list[Entry]:
    raise NamingError(sentence)

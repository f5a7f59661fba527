"""The contents of an event, as the ledger knows them."""

from collections.abc import Sequence

from app.delivery.entry.fingerprint import other_call
from app.domain.entry import Entry, State
from app.ledger.ledger import Ledger


def contents_of_call(ledger: Ledger, entry: Entry) -> list[Entry]:
    """The contents of the entry's event, the first one first, without those of another call with the same event id.

    Raises `LedgerError`.
    """
    known = ledger.of_event(entry.source, str(entry.event_id))
    return [one for one in known if one.id == entry.id or not other_call(one.fingerprint, entry.fingerprint)]


def may_have_first_id(entry: Entry, call: Sequence[Entry]) -> bool:
    """Whether the entry may have made the event's first Case, since no other content the ledger knows of may have."""
    return not any(one.unknown or one.state is State.DELIVERED for one in call if one.id != entry.id)


def records_of(call: Sequence[Entry]) -> list[str]:
    """The records of these contents, each once, in the order in which they came to be."""
    delivered = [one for one in call if one.state is State.DELIVERED]
    delivered.sort(key=lambda one: (one.delivered_at or 0, one.turn))
    return list(dict.fromkeys(one.record_id for one in delivered if one.record_id is not None))

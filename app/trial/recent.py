"""The last callbacks of the ledger, to be tried again."""

from collections.abc import Iterator

from sqlalchemy import select

from app.domain.entry import Entry
from app.ledger.ledger import Ledger
from app.ledger.tables import entry as rows
from app.operations.find import entries_of
from app.trial.payload import Payload


def last_payloads(ledger: Ledger, count: int) -> Iterator[Payload]:
    """The last `count` callbacks that were understood and have their payload yet, the oldest first.

    Raises `LedgerError`.
    """
    newest = select(rows.c.id).where(rows.c.event_id.is_not(None), rows.c.purged_at.is_(None))
    newest = newest.order_by(rows.c.received_at.desc(), rows.c.id.desc())
    with ledger.database.read() as connection:
        ids = connection.execute(newest.limit(count)).scalars().all()
    yield from (payload_of(one) for one in entries_of(ledger, ids[::-1]))


def payload_of(entry: Entry) -> Payload:
    """What jtel sent of the entry, as it came then."""
    return Payload(f"callback {entry.id}", *entry.payload, entry.source, entry.came_at)

"""Finds entries, the oldest first."""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import select

from app.domain.entry import Entry
from app.ledger.ledger import Ledger
from app.ledger.tables import entry
from app.operations.choice import Choice

# Few enough to hold with their payloads, and for the parameters of one statement.
PAGE = 500


def find_ids(ledger: Ledger, choice: Choice, limit: int | None = None) -> Sequence[int]:
    """The ids of the entries, the oldest first. Raises `LedgerError`."""
    wanted = select(entry.c.id).where(*choice.conditions()).order_by(entry.c.received_at, entry.c.id).limit(limit)
    with ledger.database.read() as connection:
        return connection.execute(wanted).scalars().all()


def entries_of(ledger: Ledger, ids: Sequence[int]) -> Iterator[Entry]:
    """The entries with these ids, in this order, without those that are gone. Raises `LedgerError`."""
    for page in paged(ids):
        found = {one.id: one for one in ledger.select(entry.c.id.in_(page))}
        yield from (found[one] for one in page if one in found)


def paged(ids: Sequence[int], size: int = PAGE) -> Iterator[list[int]]:
    """The ids, some at a time."""
    rest = iter(ids)
    while page := list(islice(rest, size)):
        yield page

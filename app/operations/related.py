"""What belongs to a callback: others of its event and of its caller, wishes of Salesforce, calls that were served."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from app.domain.callback_wish import CallbackWish
from app.domain.entry import Entry
from app.domain.record_ids import record_id_spellings
from app.domain.served_call import ServedCase
from app.ledger.ledger import Ledger
from app.ledger.served_calls import ServedCalls
from app.ledger.tables import entry as rows
from app.ledger.tables import wish
from app.ledger.wishes import Wishes

MOST = 20


@dataclass(frozen=True)
class Related:
    """`of_caller` are the latest ones, `more` says that there are others. All lists are without the callback itself,
    and callbacks without their payloads.
    """

    of_event: Sequence[Entry]
    of_caller: Sequence[Entry]
    more: bool
    wishes: Sequence[CallbackWish]
    calls: Sequence[ServedCase]


def related(ledger: Ledger, entry: Entry) -> Related:
    """Raises `LedgerError`."""
    of_event = rows.c.source == entry.source, rows.c.event_id == entry.event_id
    number = select(rows.c.number_index).where(rows.c.id == entry.id).scalar_subquery()
    of_caller = _others(ledger, entry, rows.c.number_index == number)
    return Related(
        _others(ledger, entry, *of_event) if entry.event_id is not None else [],
        of_caller[:MOST],
        len(of_caller) > MOST,
        _wishes(ledger, entry),
        ServedCalls(ledger).of_entry(entry.id),
    )


def _others(ledger: Ledger, entry: Entry, *conditions: ColumnElement[bool]) -> list[Entry]:
    others = select(rows.c.id).where(*conditions, rows.c.id != entry.id)
    # As an expression, lest the database goes through all entries in the order of their ids.
    latest = others.order_by((rows.c.id + 0).desc()).limit(MOST + 1)
    with ledger.database.read() as connection:
        ids = connection.execute(latest).scalars().all()
    return sorted(ledger.states(ids), key=lambda one: -one.id)


def _wishes(ledger: Ledger, entry: Entry) -> Sequence[CallbackWish]:
    """Those that jtel has made the event for, and those of its Case."""
    asked = [wish.c.event_id == entry.event_id] if entry.event_id is not None else []
    spellings = record_id_spellings(entry.record_id or "")
    asked += [wish.c.case_id.in_(spellings)] if spellings else []
    if not asked:
        return []
    return Wishes(ledger.database, ledger.codec).select(wish.c.source == entry.source, or_(*asked), limit=MOST)

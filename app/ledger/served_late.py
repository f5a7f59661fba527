"""Callbacks that came after a call of their caller, though they may have been asked for before."""

from collections.abc import Collection

from sqlalchemy import select

from app.domain.served_call import CaseNote, LateCallback
from app.ledger.database import Database, once_more
from app.ledger.tables import entry, served_call, served_case

# A callback may come so long after the call.
LATE_SECONDS = 86_400.0
# What was stored in this time before a call may not have been seen by it.
_MOMENT = 60.0
# So many at a time keep no request waiting.
_MOST = 200


@once_more
def late_callbacks(database: Database, sources: Collection[str]) -> list[LateCallback]:
    """Some that came after a call of their number to one of these sources, and are not linked with it.

    Raises `LedgerError`.
    """
    linked = served_case.c.call_id == served_call.c.id, served_case.c.entry_id == entry.c.id
    came = (
        served_call.c.received_at > database.now() - LATE_SECONDS,
        served_call.c.source.in_(sources),
        # As an expression, lest SQLite looks through all that a source has ever sent, by the index for its events.
        entry.c.source.concat("") == served_call.c.source,
        entry.c.received_at > served_call.c.received_at - _MOMENT,
        ~select(served_case.c.id).where(*linked).exists(),
    )
    columns = served_call.c.id, entry.c.id, served_call.c.source, served_call.c.called_at
    of_number = entry.c.number_index == served_call.c.number_index
    wanted = select(*columns).join_from(served_call, entry, of_number).where(*came).limit(_MOST)
    with database.read() as connection:
        return [LateCallback(*row) for row in connection.execute(wanted)]


def link(database: Database, late: LateCallback, note: CaseNote) -> None:
    """Notes whether the call is to be told on the callback's Case. Raises `LedgerError`."""
    due_at = database.now() if note is CaseNote.OPEN else None
    values = {"call_id": late.call_id, "entry_id": late.entry_id, "state": note.value, "attempts": 0, "due_at": due_at}
    # The call may have been removed since.
    there = select(served_call.c.id).where(served_call.c.id == late.call_id)
    new = database.insert(served_case).values(values).on_conflict_do_nothing()
    database.write(lambda connection: connection.execute(there).first() and connection.execute(new))

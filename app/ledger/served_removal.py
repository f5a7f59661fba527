"""Removes calls of served callers. Each call is one short transaction."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select

from app.ledger.database import Database
from app.ledger.tables import served_call, served_case

# So many at a time keep no request waiting.
BATCH = 200
_OPEN = exists().where(served_case.c.call_id == served_call.c.id, served_case.c.due_at.is_not(None))


def calls_before(before: float, open_before: float) -> ColumnElement[bool]:
    """The calls that came before then; those that wait for a Case only if they came before `open_before`."""
    old, oldest = served_call.c.received_at < before, served_call.c.received_at < open_before
    return or_(and_(old, ~_OPEN), oldest)


def calls_of(numbers: Collection[str], sources: Collection[str]) -> ColumnElement[bool]:
    """The calls of these numbers, as the codec hashes them; only of these sources, if any are given."""
    of_number = served_call.c.number_index.in_(numbers)
    return and_(of_number, served_call.c.source.in_(sources)) if sources else of_number


def count_calls(database: Database, wanted: ColumnElement[bool]) -> int:
    """How many calls there are. Raises `LedgerError`."""
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(served_call).where(wanted)).scalar_one())


def remove_calls(database: Database, wanted: ColumnElement[bool]) -> int:
    """Removes a batch of such calls, and what waits of them; says how many. Raises `LedgerError`."""
    chosen: Any = select(served_call.c.id).where(wanted).limit(BATCH).with_for_update(skip_locked=True)

    def remove(connection: Connection) -> int:
        ids = connection.execute(chosen).scalars().all()
        if ids:
            connection.execute(delete(served_call).where(served_call.c.id.in_(ids)))
        return len(ids)

    return database.write(remove)

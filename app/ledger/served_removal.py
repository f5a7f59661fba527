"""What is no longer to be kept of served callers' calls, and what waits of them."""

from collections.abc import Collection

from sqlalchemy import and_, exists, or_

from app.ledger.batches import Removal
from app.ledger.tables import served_call, served_case

_OPEN = exists().where(served_case.c.call_id == served_call.c.id, served_case.c.due_at.is_not(None))


def calls_before(before: float, open_before: float) -> Removal:
    """The calls that came before then; those that wait for a Case only if they came before `open_before`."""
    old, oldest = served_call.c.received_at < before, served_call.c.received_at < open_before
    return Removal(served_call, [or_(and_(old, ~_OPEN), oldest)])


def calls_of(numbers: Collection[str], sources: Collection[str]) -> Removal:
    """The calls of these numbers, as the codec hashes them; only of these sources, if any are given."""
    of_number = served_call.c.number_index.in_(numbers)
    return Removal(served_call, [of_number, served_call.c.source.in_(sources)] if sources else [of_number])

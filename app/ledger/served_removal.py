"""What is no longer to be kept of served callers' calls, and what waits of them."""

from collections.abc import Collection

from sqlalchemy import and_, exists, or_

from app.domain.served_call import CaseNote
from app.ledger.batches import Removal
from app.ledger.tables import served_call, served_case

_OF_CALL = served_case.c.call_id == served_call.c.id
_OPEN = exists().where(_OF_CALL, served_case.c.due_at.is_not(None))
_NOTED = exists().where(_OF_CALL, served_case.c.state != CaseNote.UNRELATED.value)


def calls_before(before: float, open_before: float, late_before: float) -> Removal:
    """The calls that came before then; those that wait for a Case only if they came before `open_before`.

    Those that are about no callback go if they came before `late_before`.
    """
    came = served_call.c.received_at
    return Removal(
        served_call, [or_(and_(came < before, ~_OPEN), came < open_before, and_(came < late_before, ~_NOTED))]
    )


def calls_of(numbers: Collection[str], sources: Collection[str]) -> Removal:
    """The calls of these numbers, as the codec hashes them; only of these sources, if any are given."""
    of_number = served_call.c.number_index.in_(numbers)
    return Removal(served_call, [of_number, served_call.c.source.in_(sources)] if sources else [of_number])

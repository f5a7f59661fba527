"""What is asked of a callback whose Case is to say that its caller was served."""

from sqlalchemy import ColumnElement, and_, func, select, tuple_

from app.domain.entry import State
from app.domain.served_call import CaseNote
from app.ledger.tables import entry, served_call, served_case

# What has a Case, or is not to have one any more. All else is left until it does.
_SETTLED = (State.DELIVERED.value, State.DISCARDED.value)
# Of an id; three more characters, which some tell, only repeat their case.
_SIGNIFICANT = 15


def is_ready() -> ColumnElement[bool]:
    """Whether the callback has a Case, or will have none, and no other callback of the call is telling that Case.

    Two at once would not see each other's comment, so the callback that was delivered first goes first.
    """
    other, delivered = served_case.alias(), entry.alias()
    same_case = func.substr(delivered.c.record_id, 1, _SIGNIFICANT) == func.substr(entry.c.record_id, 1, _SIGNIFICANT)
    first = tuple_(delivered.c.delivered_at, other.c.id) < tuple_(entry.c.delivered_at, served_case.c.id)
    of_call = other.c.call_id == served_case.c.call_id, other.c.due_at.is_not(None), same_case, first
    telling = select(other.c.id).join_from(other, delivered, delivered.c.id == other.c.entry_id).where(*of_call)
    # As an expression, lest SQLite looks through all callbacks that have been delivered.
    return and_(entry.c.state.concat("").in_(_SETTLED), ~telling.exists())


def is_latest() -> ColumnElement[bool]:
    """Whether no later call is noted for the callback."""
    other, later = served_case.alias(), served_call.alias()
    noted = other.c.state.in_([CaseNote.OPEN.value, CaseNote.COMMENTED.value])
    of_callback = other.c.entry_id == served_case.c.entry_id, later.c.called_at > served_call.c.called_at, noted
    return ~select(other.c.id).join_from(other, later).where(*of_callback).exists()

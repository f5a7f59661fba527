"""What is no longer to be kept of callbacks: payloads, then whole entries."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from app.domain.entry import State
from app.ledger.batches import BATCH, Conditions, Removal, change_batch
from app.ledger.database import Database
from app.ledger.tables import attempt, entry

# What is left of the hash of each part of a callback: enough to tell a repeat from a change, too little to find out
# what it was. Of all numbers, every 4096th has the same.
KEPT_OF_FINGERPRINT = 3


def entries_before(state: State, before: float) -> Conditions:
    """The entries in this state that came before then."""
    return [entry.c.state == state.value, entry.c.received_at < before]


def payloads_between(state: State, since: float, before: float) -> Conditions:
    """Those of them that came since and still have their payload."""
    return [*entries_before(state, before), entry.c.received_at >= since, entry.c.purged_at.is_(None)]


def count_payloads(database: Database) -> int:
    """How many entries still have their payload. Raises `LedgerError`."""
    return Removal(entry, [entry.c.purged_at.is_(None)]).count_rows(database)


def remove_payloads(database: Database, conditions: Conditions) -> int:
    """Leaves only the skeleton of a batch of such entries; says how many. Raises `LedgerError`.

    Messages hold no values of a caller, but they may repeat what others wrote, so they go as well; and so do notes.
    """
    chosen = select(entry.c.id, entry.c.fingerprint).where(*conditions)
    skeleton = {
        "body": b"",
        "query": b"",
        "number_index": None,
        "sealed_with": None,
        "edited": None,
        "edited_with": None,
        "original_number_index": None,
        "message": None,
        "dropped_messages": None,
        "purged_at": database.now(),
        "fingerprint": bindparam("cut"),
    }

    def remove(connection: Connection, rows: Sequence[Row[Any]]) -> None:
        cut = [{"row": row.id, "cut": _cut(row.fingerprint)} for row in rows]
        connection.execute(update(entry).where(entry.c.id == bindparam("row")).values(skeleton), cut)
        of_these = attempt.c.entry_id.in_([row.id for row in rows])
        holds = or_(*(column.is_not(None) for column in (attempt.c.message, attempt.c.note, attempt.c.sent)))
        gone = dict.fromkeys(("message", "note", "sent", "sealed_with"))
        connection.execute(update(attempt).where(of_these, holds).values(gone))

    return change_batch(database, chosen, remove)


def remove_rest_of_purged(database: Database) -> int:
    """Removes a batch of what was sent, and of edits, of entries whose payload is gone; says how many.

    An older Ringback that removes payloads leaves it. All is looked through for it, so this is for now and then; nobody
    who writes waits for that. Raises `LedgerError`.
    """
    edited = [entry.c.purged_at.is_not(None), entry.c.edited.is_not(None)]
    return _remove_sent_of_purged(database) + remove_payloads(database, edited)


def _remove_sent_of_purged(database: Database) -> int:
    left = select(attempt.c.id).join_from(attempt, entry).where(attempt.c.sent.is_not(None))
    with database.read() as connection:
        ids = connection.execute(left.where(entry.c.purged_at.is_not(None)).limit(BATCH)).scalars().all()
    gone = update(attempt).where(attempt.c.id.in_(ids)).values(sent=None, sealed_with=None)
    if ids:
        database.write(lambda connection: connection.execute(gone))
    return len(ids)


def _cut(fingerprint: str | None) -> str | None:
    if fingerprint is None:
        return None
    return json.dumps({name: part[:KEPT_OF_FINGERPRINT] for name, part in json.loads(fingerprint).items()})

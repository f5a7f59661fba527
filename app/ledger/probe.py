"""Asks the database for what a callback would ask of it."""

import secrets

from sqlalchemy import Connection, delete, func, insert, select

from app.domain.entry import State
from app.ledger.database import Database
from app.ledger.tables import entry

# About what jtel sends.
_BODY = b" " * 1024
# An engine that works on what waits has it in `received`.
_OPEN = (State.RECEIVED.value, State.WAITING.value, State.FAILED.value)


def try_to_store(database: Database) -> None:
    """Stores a callback and takes it back in one transaction, which nobody ever sees.

    Nothing less tells: a full disk still has room in pages that are there. Raises `LedgerError`.
    """
    # Below those that the database gives.
    number = -1 - secrets.randbelow(2**60)
    row = {
        "id": number,
        "source": "health",
        "turn": 1,
        "state": State.DISCARDED.value,
        "body": _BODY,
        "query": b"",
        "request_id": "health",
        "received_at": 0.0,
        "attempts": 0,
        "promised": False,
        "unknown": False,
    }

    def store(connection: Connection) -> None:
        connection.execute(insert(entry), row)
        connection.execute(delete(entry).where(entry.c.id == number))

    database.write(store)


def backlog(database: Database) -> dict[str, tuple[int, float]]:
    """How many callbacks are open, by their state, and the age of the oldest in seconds.

    Raises `LedgerError`.
    """
    age = database.now() - func.min(entry.c.received_at)
    counted = select(entry.c.state, func.count(), age).where(entry.c.state.in_(_OPEN)).group_by(entry.c.state)
    with database.read() as connection:
        found = {state: (int(count), float(oldest)) for state, count, oldest in connection.execute(counted).all()}
    return {state: found.get(state, (0, 0.0)) for state in _OPEN}

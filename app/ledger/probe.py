"""Asks the database for what a callback would ask of it."""

import secrets
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from app.domain.entry import State
from app.ledger.database import Database
from app.ledger.tables import entry

# About what jtel sends.
_BODY = b" " * 1024
# An engine that works on what waits has it in `received`.
_OPEN = (State.RECEIVED, State.WAITING, State.FAILED)


class Backlog(NamedTuple):
    """How many callbacks are in a state, and the age of the oldest in seconds."""

    callbacks: int = 0
    oldest: float = 0.0


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


def backlog(database: Database) -> dict[State, Backlog]:
    """The callbacks in each open state. Raises `LedgerError`."""
    age = database.now() - func.min(entry.c.received_at)
    opened = entry.c.state.in_([state.value for state in _OPEN])
    counted = select(entry.c.state, func.count(), age).where(opened).group_by(entry.c.state)
    with database.read() as connection:
        rows = connection.execute(counted).all()
    known = {state: Backlog(int(count), max(0.0, float(oldest))) for state, count, oldest in rows}
    return {state: known.get(state.value, Backlog()) for state in _OPEN}

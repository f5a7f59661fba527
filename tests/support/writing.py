"""A transaction that changes a ledger behind everybody's back."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from app.ledger.database import Database


@contextmanager
def writing(database: Database) -> Iterator[Connection]:
    """It is committed at the end. No writer of the process knows of it."""
    with database.engine.execution_options(write=True).begin() as connection:
        yield connection

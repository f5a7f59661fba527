"""How long the database is waited for, by who asks. Without a Postgres nothing more of it is loaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# What a request waits: Salesforce has to be asked in the time that is left, and has to answer.
BRIEF = 2.0
# For all others, who may ask for more than a row: the server's own statement time-out comes first.
LONG = 15.0
patience: ContextVar[float | None] = ContextVar("patience", default=LONG)


@contextmanager
def endless() -> Iterator[None]:
    """For what may take as long as it takes."""
    before = patience.set(None)
    try:
        yield
    finally:
        patience.reset(before)

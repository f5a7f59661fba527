"""A ledger on each database that it knows, both real."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.domain.entry import Entry, State
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.ledger import Ledger


@pytest.fixture
def database_url(each_database: str) -> str:
    return each_database


@pytest.fixture
def database(each_ledger: str) -> Iterator[Database]:
    """A database with the ledger's tables."""
    opened = Database(each_ledger)
    yield opened
    opened.close()


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database, Codec(b"a key for tests"))


def new(event_id: str | None = "1", **other: Any) -> dict[str, Any]:
    """A callback that has just come."""
    values = {
        "source": "default",
        "event_id": event_id,
        "turn": 1,
        "external_id": f"default-{event_id}",
        "state": State.RECEIVED,
        "body": b"{}",
        "query": b"",
        "request_id": "r",
        "rule": "b2b",
    }
    return values | other


def receive(
    ledger: Ledger, event_id: str | None = "1", lease: str = "mine", seconds: float = 60, **other: Any
) -> Entry:
    """Stores and leases a callback that is not there yet."""
    received = ledger.receive(new(event_id, **other), "+4930901820", lease, seconds)
    assert received is not None
    return received[0]


def without_payload(entry: Entry | None) -> Entry | None:
    """As a change gives it back."""
    return entry and replace(entry, body=b"", query=b"")

"""Hundreds of callbacks in the ledger, made of a few that have come: to send each would take longer than the test."""

from collections.abc import Iterable, Sequence
from itertools import cycle

from sqlalchemy import insert, select

from app.ledger.database import Database
from app.ledger.tables import entry
from tests.support.writing import writing


def repeat_entries(database: Database, came: Sequence[int], others: Iterable[int]) -> None:
    """Puts into the ledger what came with these events, in turns, as other events."""
    with writing(database) as connection:
        of = {event_id: entry.c.event_id == str(event_id) for event_id in came}
        found = {
            event_id: dict(connection.execute(select(entry).where(one)).mappings().one())
            for event_id, one in of.items()
        }
        assert all(_named(event_id) in found[event_id]["body"] for event_id in came)
        rows = [
            {
                **{name: value for name, value in found[event_id].items() if name != "id"},
                "event_id": str(other),
                "external_id": f"{found[event_id]['source']}-{other}",
                "body": found[event_id]["body"].replace(_named(event_id), _named(other)),
            }
            for other, event_id in zip(others, cycle(came), strict=False)
        ]
        if rows:
            connection.execute(insert(entry), rows)


def _named(event_id: int) -> bytes:
    return b'"AcdEventsID": %d' % event_id

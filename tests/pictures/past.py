"""Puts the clock of a ledger back, so that what was sent within seconds seems to have come within a day."""

from sqlalchemy import select, update

from app.ledger.database import Database
from app.ledger.tables import attempt, entry, pause
from tests.support.writing import writing

# The newest came so long ago, each before it so much earlier.
NEWEST = 420.0
APART = 1_500.0


def put_back(url: str) -> None:
    """The entries with their attempts, and the pauses."""
    database = Database(url)
    with writing(database) as connection:
        ids = list(connection.scalars(select(entry.c.id).order_by(entry.c.id.desc())))
        for place, one in enumerate(ids):
            back = NEWEST + (place // 3) * 3 * APART / 2 + (place % 3) * 60
            times = {"received_at": entry.c.received_at - back, "delivered_at": entry.c.delivered_at - back}
            connection.execute(update(entry).where(entry.c.id == one).values(times))
            started = {"started_at": attempt.c.started_at - back}
            connection.execute(update(attempt).where(attempt.c.entry_id == one).values(started))
        connection.execute(update(pause).values(since=pause.c.since - NEWEST))
    database.close()

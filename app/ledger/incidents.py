"""What is wrong just now, and who has been told: one row for each incident and channel."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.ledger.database import ConflictError, Database
from app.ledger.tables import incident


@dataclass(frozen=True)
class Incident:
    """Times are in seconds since 1970. `size` is how many callbacks it concerns, `told_size` how many were told of.

    `told_at` is none as long as the channel has not been told; `try_at` is when to try it again after `tries`.
    """

    key: str
    channel: str
    text: str
    size: int
    began_at: float
    seen_at: float
    told_at: float | None
    told_size: int
    try_at: float
    tries: int


class Incidents:
    """Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, key: str, text: str, size: int, channels: Iterable[str]) -> None:
        """It is there, still or now."""
        # Whatever has become less since may become more again, and that is news.
        told_size = case((incident.c.told_size > size, size), else_=incident.c.told_size)
        values = {"text": text, "size": size, "seen_at": self._database.now(), "told_size": told_size}
        for channel in channels:
            with self._database.write() as connection:
                known = connection.execute(update(incident).where(*_is(key, channel)).values(values))
            if not known.rowcount:
                self._begin({"key": key, "channel": channel, "text": text, "size": size})

    def all(self) -> tuple[float, list[Incident]]:
        """The database's time, and all incidents, the oldest first."""
        with self._database.read() as connection:
            now = connection.execute(select(self._database.now())).scalar_one()
            rows = connection.execute(select(incident).order_by(incident.c.began_at, incident.c.key)).all()
        return float(now), [Incident(**row._mapping) for row in rows]

    def told(self, one: Incident) -> None:
        """The channel has been told of it."""
        self._change(one, told_at=self._database.now(), told_size=one.size, tries=0)

    def failed(self, one: Incident, again_in: float) -> None:
        """The channel could not be told; it is tried again then."""
        self._change(one, tries=one.tries + 1, try_at=self._database.now() + again_in)

    def end(self, one: Incident) -> None:
        """It is over, and the channel knows."""
        with self._database.write() as connection:
            connection.execute(delete(incident).where(*_is(one.key, one.channel)))

    def _begin(self, values: dict[str, object]) -> None:
        now = self._database.now()
        times = {"began_at": now, "seen_at": now, "try_at": now}
        try:
            with self._database.write() as connection:
                connection.execute(insert(incident).values(**values, **times, told_size=0, tries=0))
        except ConflictError:  # another process saw it at the same moment
            return

    def _change(self, one: Incident, **values: object) -> None:
        with self._database.write() as connection:
            connection.execute(update(incident).where(*_is(one.key, one.channel)).values(**values))


def _is(key: str, channel: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return incident.c.key == key, incident.c.channel == channel

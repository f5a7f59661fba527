"""What is wrong just now, and who has been told: one row for each incident and channel."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Executable, case, delete, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.ledger.database import Database
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
        """Notes that the incident is there, still or anew."""
        now = self._database.now()
        new = {"text": text, "size": size, "began_at": now, "seen_at": now, "try_at": now, "told_size": 0, "tries": 0}
        # Whatever has become less since may become more again, and that is news.
        told_size = case((incident.c.told_size > size, size), else_=incident.c.told_size)
        known = {"text": text, "size": size, "seen_at": now, "told_size": told_size}
        for channel in channels:
            wanted = self._database.insert(incident).values(key=key, channel=channel, **new)
            self._write(wanted.on_conflict_do_update(index_elements=[incident.c.key, incident.c.channel], set_=known))

    def all(self) -> tuple[float, list[Incident]]:
        """The database's time, and all incidents, the oldest first."""
        with self._database.read() as connection:
            now = connection.execute(select(self._database.now())).scalar_one()
            rows = connection.execute(select(incident).order_by(incident.c.began_at, incident.c.key)).all()
        return float(now), [Incident(**row._mapping) for row in rows]

    def told(self, one: Incident) -> None:
        """Notes that the channel has been told."""
        self._change(one, told_at=self._database.now(), told_size=one.size, tries=0)

    def failed(self, one: Incident, again_in: float) -> None:
        """The channel could not be told; it is tried again then."""
        self._change(one, tries=one.tries + 1, try_at=self._database.now() + again_in)

    def end(self, one: Incident) -> None:
        """Removes the incident: it is over, and the channel knows."""
        self._write(delete(incident).where(*_is(one)))

    def _change(self, one: Incident, **values: object) -> None:
        self._write(update(incident).where(*_is(one)).values(**values))

    def _write(self, statement: Executable) -> None:
        self._database.write(lambda connection: connection.execute(statement))


def _is(one: Incident) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return incident.c.key == one.key, incident.c.channel == one.channel

"""Which of jtel's events a source's ledger knows. It may know millions, so all is asked for in parts."""

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select

from app.domain.entry import ENDED, State
from app.ledger.database import Database
from app.ledger.rows import unpack_ids
from app.ledger.tables import entry

# So many rows at a time.
PAGE = 5000


class KnownEvents:
    """Those of one source. Raises `LedgerError` when the database is away."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source

    def rows_of(self, event_ids: Sequence[str]) -> list[tuple[int, str]]:
        """The rows of these events, each with its id and its event."""
        wanted = select(entry.c.id, entry.c.event_id).where(
            entry.c.source == self._source, entry.c.event_id.in_(event_ids)
        )
        with self._database.read() as connection:
            return [(row.id, row.event_id) for row in connection.execute(wanted)]

    def rows_between(self, since: float, before: float) -> Iterator[tuple[int, str]]:
        """As `rows_of`, of the first version of each event that came in this time, the first row first."""
        last = 0
        here = (
            entry.c.source == self._source,
            entry.c.event_id.is_not(None),
            entry.c.turn == 1,
            entry.c.received_at.between(since, before),
        )
        while True:
            page = select(entry.c.id, entry.c.event_id).where(*here, entry.c.id > last).order_by(entry.c.id)
            with self._database.read() as connection:
                rows = connection.execute(page.limit(PAGE)).all()
            yield from ((row.id, row.event_id) for row in rows)
            if len(rows) < PAGE:
                return
            last = rows[-1].id

    def decided(self) -> frozenset[str]:
        """The events that nobody understood and that are done with: by an earlier reconcile, or by a person."""
        # As an expression, lest SQLite looks through all that a source has ever sent, by the index for its events.
        named = entry.c.invalid_event_ids.is_not(None), entry.c.source.concat("") == self._source
        done = or_(entry.c.reconciled, entry.c.state == State.DISCARDED.value)
        with self._database.read() as connection:
            found = connection.execute(select(entry.c.invalid_event_ids).where(*named, done)).scalars()
            return frozenset(event_id for ids in found for event_id in unpack_ids(ids))

    def first_at(self) -> float | None:
        """When the source's first callback came that is still here; what waits does not count as long as others ended.

        A purge removes what has ended by its age, so whatever came since then is still known.
        """
        times = [self._first_in(state) for state in ENDED]
        known = [at for at in times if at is not None] or [
            at for state in State if state not in ENDED and (at := self._first_in(state)) is not None
        ]
        return min(known, default=None)

    def _first_in(self, state: State) -> float | None:
        here = entry.c.source == self._source, entry.c.state == state.value
        # By the index of states, in the order of time.
        first = select(entry.c.received_at).where(*here).order_by(entry.c.received_at).limit(1)
        with self._database.read() as connection:
            return connection.execute(first).scalar_one_or_none()

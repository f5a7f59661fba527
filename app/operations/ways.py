"""Which index a choice of callbacks is looked through by, so that no look at them reads the whole ledger.

A look ends after so many callbacks and says how far it came, so it takes no longer in a large ledger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, select, true, tuple_

from app.domain.entry import State
from app.ledger.tables import entry
from app.operations.find import Choice

# So many are looked through where the index alone tells whether they are chosen, and so many where rows are read.
IN_INDEX = 50_000
IN_ROWS = 5_000
# A delivered callback has no reason.
_WITH_REASON = tuple(state for state in State if state is not State.DELIVERED)


@dataclass(frozen=True, order=True)
class ListPlace:
    """Where a callback stands in the order of time; those of one moment stand in the order of their ids."""

    at: float
    id: int


class Stretch(NamedTuple):
    """Places in the order in which they were looked through; at `end` the look ended before the callbacks did."""

    places: Sequence[ListPlace]
    end: ListPlace | None = None


@dataclass(frozen=True)
class BoundedLook:
    """Looks from the newest on, or from the oldest on; only behind `past`, if there is one."""

    connection: Connection
    size: int
    past: ListPlace | None = None
    ascending: bool = False

    def along(self, choice: Choice) -> Stretch:
        """The first of the chosen ones, at most `size`."""
        ways = narrow_ways(choice) or [way_by_time(choice)]
        lasts = [None if way.exact else self._last(way) for way in ways]
        if any(lasts) and not (choice.numbers or choice.dropped or choice.reconciled):
            # So many have this state: what lies in the index of times tells of more callbacks.
            ways = [way_by_time(choice)]
            lasts = [self._last(ways[0])]
        return self._together([self._by(way, last) for way, last in zip(ways, lasts, strict=True)])

    def _by(self, way: "Way", last: ListPlace | None) -> Stretch:
        wanted = self._of(way).limit(self.size)
        if not way.exact:
            # No database takes another index for a condition that is written so.
            wanted = wanted.where(*(one.is_(true()) for one in way.rest.conditions()))
        if last:
            wanted = wanted.where(~_is_behind(last, ascending=self.ascending))
        places = [ListPlace(row.received_at, row.id) for row in self.connection.execute(wanted)]
        return Stretch(places, last if len(places) < self.size else None)

    def _last(self, way: "Way") -> ListPlace | None:
        """Where a look along this way ends; nowhere if it comes to the end of the callbacks."""
        row = self.connection.execute(self._of(way).offset(way.limit).limit(1)).one_or_none()
        return ListPlace(row.received_at, row.id) if row else None

    def _of(self, way: "Way") -> Select[tuple[float, int]]:
        order = [entry.c.received_at, entry.c.id]
        wanted = select(*order).where(way.condition, *way.time.conditions())
        if self.past:
            wanted = wanted.where(_is_behind(self.past, ascending=self.ascending))
        return wanted.order_by(*(order if self.ascending else [column.desc() for column in order]))

    def _together(self, stretches: Sequence[Stretch]) -> Stretch:
        nearest = min if self.ascending else max
        end = nearest((one.end for one in stretches if one.end), default=None)
        places = sorted({place for one in stretches for place in one.places}, reverse=not self.ascending)
        # Behind the end of one stretch nobody knows of its callbacks.
        known = [place for place in places if end is None or nearest(place, end) == place][: self.size]
        return Stretch(known, end if len(known) < self.size else None)


@dataclass(frozen=True)
class Way:
    """The callbacks that meet `condition`; an index has them in the order of time. `rest` and `time` are to be met too.

    `limit` is how many are looked through at once.
    """

    condition: ColumnElement[bool]
    time: Choice
    rest: Choice
    limit: int

    @property
    def exact(self) -> bool:
        """Whether all of them are chosen."""
        return self.rest == Choice()


def narrow_ways(choice: Choice) -> list[Way]:
    """The ways that do not lead along all callbacks, if there are any."""
    if choice.numbers:
        # What was edited is found by both its numbers.
        columns = entry.c.number_index, entry.c.original_number_index
        return _ways(choice, "numbers", [column == one for one in choice.numbers for column in columns])
    if choice.dropped:
        # Which fields and why is in the row.
        met = None if choice.reasons or choice.fields else "dropped"
        return _ways(choice, met, [entry.c.dropped.is_not(None)])
    if choice.reconciled:
        return _ways(choice, "reconciled", [entry.c.reconciled])
    states = choice.states or (_WITH_REASON if choice.reasons else ())
    ways = _ways(choice, "states", [entry.c.state == state.value for state in states])
    # Nearly all are delivered: that leaves out few.
    return [] if State.DELIVERED in states and not ways[0].exact else ways


def way_by_time(choice: Choice) -> Way:
    """The way along all callbacks."""
    # The index of times holds all that is asked for, but for this.
    limit = IN_ROWS if choice.with_payload else IN_INDEX
    return _ways(choice, None, [true()], limit)[0]


def _ways(
    choice: Choice, met: str | None, conditions: Iterable[ColumnElement[bool]], limit: int = IN_ROWS
) -> list[Way]:
    """A way for each condition, of which the choice asks by its field `met`."""
    time = Choice(since=choice.since, before=choice.before)
    rest = replace(choice, since=None, before=None, **({met: getattr(Choice, met)} if met else {}))
    return [Way(one, time, rest, limit) for one in conditions]


def _is_behind(place: ListPlace, *, ascending: bool) -> ColumnElement[bool]:
    here, there = tuple_(entry.c.received_at, entry.c.id), (place.at, place.id)
    return here > there if ascending else here < there

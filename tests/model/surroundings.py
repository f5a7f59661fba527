"""Time and pauses: what happens without any of the actors."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.world import Actor, World


class Event(NamedTuple):
    """What may happen next. `by_itself`: it is no misfortune."""

    label: str
    world: World
    by_itself: bool = True


def events(world: World) -> Iterator[Event]:
    """All of them."""
    for version, row in enumerate(world.rows):
        if row is None:
            continue
        if row.runs:
            yield Event("the lease runs out", world.having(version, row._replace(runs=False)))
        if row.due is False:
            yield Event("it is due", world.having(version, row._replace(due=True)))
        if world.left.clocks and (row.runs is False or row.due):
            back = row._replace(runs=row.runs is not None or None, due=None if row.due is None else False)
            yield Event("the clock is set back", world.after("clocks").having(version, back), by_itself=False)
    if world.left.pauses and not world.paused:
        yield Event("delivery is paused", world.after("pauses")._replace(paused=True), by_itself=False)


def hears(world: World, actor: Actor) -> Actor:
    """A lease outlasts the deadline: when it is over nobody hears the answer of the request that holds it."""
    if not actor.is_request or actor.told:
        return actor
    over = any(row is not None and row.runs is False and row.lease == actor.name for row in world.rows)
    return actor._replace(told="other") if over else actor

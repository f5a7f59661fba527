"""Time and pauses: what happens without any of the actors."""

from tests.model.world import Step, Steps, World, spend, with_row


def steps(world: World) -> Steps:
    """What may happen next."""
    for content, row in enumerate(world.rows):
        if row is None:
            continue
        if row.runs:
            yield Step("the lease runs out", _too_late(with_row(world, content, row._replace(runs=False)), row.lease))
        if row.due is False:
            yield Step("it is due", with_row(world, content, row._replace(due=True)))
        if world.left.clocks and (row.runs is False or row.due):
            back = row._replace(runs=row.runs is not None or None, due=None if row.due is None else False)
            yield Step("the clock is set back", with_row(spend(world, "clocks"), content, back), False)
    if world.left.pauses and not world.paused:
        yield Step("delivery is paused", spend(world, "pauses")._replace(paused=True), False)


def _too_late(world: World, lease: str | None) -> World:
    """A lease outlasts the deadline: when it is over nobody hears the answer of the request that holds it."""
    actors = tuple(
        actor._replace(told="other")
        if actor.name == lease and not actor.told and lease.startswith("request")
        else actor
        for actor in world.actors
    )
    return world._replace(actors=actors)

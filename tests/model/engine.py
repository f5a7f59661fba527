"""An engine: it claims what is due, or probes in a pause, and settles. It may die and is started anew."""

from tests.model.crm import attempt
from tests.model.rows import claimed
from tests.model.rules import SUCCESS, Rules
from tests.model.world import Actor, Step, Steps, World

NAME = "engine"
DEAD, IDLE = Actor(NAME, "dead"), Actor(NAME, "idle")


def steps(rules: Rules, world: World, actor: Actor) -> Steps:
    """What the engine may do next."""
    if actor == DEAD:
        yield Step("starts", world._replace(alive=True), IDLE)
        if world.alive:
            yield Step("is not seen any more", world._replace(alive=False), DEAD)
        return
    yield from _STEPS[actor.at](rules, world, actor)
    if world.left.crashes:
        yield Step("crashes", world.after("crashes"), DEAD, by_itself=False)


def _claim(rules: Rules, world: World, _: Actor) -> Steps:
    nothing_waits = True
    for version, row in enumerate(world.rows):
        if row is None:
            continue
        taken = rules.change(row, "claim by engine", NAME, world.paused)
        if taken is not None:
            nothing_waits = False
            actor = Actor(NAME, "call", version, claimed(taken))
            yield Step("probes it" if world.paused else "claims it", world.having(version, taken), actor)
        gave_up = rules.change(row, "give up") if world.left.give_ups and not world.paused else None
        if gave_up is not None:
            yield Step("gives it up", world.after("give_ups").having(version, gave_up), IDLE, by_itself=False)
    if world.paused and nothing_waits:
        yield Step("ends the pause, since nothing waits", _resume(rules, world), IDLE)


def _got(rules: Rules, world: World, actor: Actor) -> Steps:
    settled = rules.change(world.row(actor.version), "settle", actor.claimed, actor.result, False, False)
    after = world.having(actor.version, settled)
    if world.paused and actor.result in (*SUCCESS, "refused"):
        after = _resume(rules, after)
    yield Step(f"settles {actor.result}", after, IDLE)
    if world.left.doubts:
        yield Step(f"cannot settle {actor.result}", world.after("doubts"), IDLE, by_itself=False)


def _resume(rules: Rules, world: World) -> World:
    rows = tuple(None if row is None else rules.change(row, "resume") or row for row in world.rows)
    return world._replace(rows=rows, paused=False)


_STEPS = {"idle": _claim, "call": attempt, "got": _got}

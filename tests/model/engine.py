"""An engine: it claims what is due, or probes in a pause, and settles. It may die and is started anew."""

from tests.model.crm import deliver
from tests.model.rows import claimed
from tests.model.rules import SUCCESS, Rules
from tests.model.world import Step, Steps, World, spend, with_actor, with_row


def steps(rules: Rules, world: World, number: int) -> Steps:
    """What the engine may do next."""
    at = world.actors[number].at
    yield from _STEPS[at](rules, world, number)
    if at != "dead" and world.left.crashes:
        yield Step("crashes", with_actor(spend(world, "crashes"), number, at="dead", row=None, result=""), False)
    if at == "dead" and world.alive:
        yield Step("is not seen any more", world._replace(alive=False))


def _start(_: Rules, world: World, number: int) -> Steps:
    yield Step("starts", with_actor(world._replace(alive=True), number, at="idle"))


def _claim(rules: Rules, world: World, number: int) -> Steps:
    alive = world._replace(alive=True)
    nothing = True
    for content, row in enumerate(world.rows):
        if row is None:
            continue
        taken = rules.change(row, "claim by engine", world.actors[number].name, world.paused)
        if taken is not None:
            nothing = False
            after = with_actor(with_row(alive, content, taken), number, at="call", row=claimed(taken), content=content)
            yield Step("probes it" if world.paused else "claims it", after)
        gave_up = rules.change(row, "give up") if world.left.give_ups and not world.paused else None
        if gave_up is not None:
            yield Step("gives it up", with_row(spend(alive, "give_ups"), content, gave_up), False)
    if world.paused and nothing:
        yield Step("ends the pause, since nothing waits", _resume(rules, alive))


def _call(rules: Rules, world: World, number: int) -> Steps:
    for result, after in deliver(rules, world, number):
        calm = result in (*SUCCESS, "busy")
        yield Step(f"attempts it: {result}", with_actor(after, number, at="got", result=result), calm)


def _got(rules: Rules, world: World, number: int) -> Steps:
    actor = world.actors[number]
    row = world.rows[actor.content]
    assert row is not None
    settled = rules.change(row, "settle", actor.row, actor.result, False, False)
    idle = with_actor(world, number, at="idle", row=None, result="", content=0)
    after = with_row(idle, actor.content, settled)
    if world.paused and actor.result in (*SUCCESS, "refused"):
        after = _resume(rules, after)
    yield Step(f"settles {actor.result}", after)
    if world.left.doubts:
        yield Step(f"cannot settle {actor.result}", spend(idle, "doubts"), False)


def _resume(rules: Rules, world: World) -> World:
    rows = tuple(None if row is None else rules.change(row, "resume") or row for row in world.rows)
    return world._replace(rows=rows, paused=False)


_STEPS = {"dead": _start, "idle": _claim, "call": _call, "got": _got}

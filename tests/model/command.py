"""A person's command: it replays an entry or discards it, as he has seen it."""

from app.delivery.entry.changes import bar_to_discard
from tests.model.crm import attempt, is_found
from tests.model.rows import claimed, entry_of
from tests.model.rules import Rules
from tests.model.world import Actor, Step, Steps, World

REPLAY, DISCARD = Actor("replay"), Actor("discard")


def steps(rules: Rules, world: World, actor: Actor) -> Steps:
    """What the command may do next."""
    if actor.at == "gone" or world.rows[actor.version] is None:
        return
    yield from _STEPS[actor.at](rules, world, actor)
    if actor.at != "new" and world.left.crashes:
        yield Step("crashes", world.after("crashes"), actor.gone(), by_itself=False)


def _see(rules: Rules, world: World, actor: Actor) -> Steps:
    seen = world.row(actor.version)
    if actor == DISCARD and bar_to_discard(entry_of(seen), 0.0):
        return
    at = "claim" if actor == REPLAY else "look" if rules.looks(seen) else "decide"
    yield Step("sees it", world, actor._replace(at=at, row=seen._replace(runs=None, due=None)), by_itself=False)


def _claim(rules: Rules, world: World, actor: Actor) -> Steps:
    taken = rules.change(world.row(actor.version), "claim by command", actor.name, actor.claimed)
    if taken is None:
        yield Step("leaves it", world, actor.gone())
    else:
        yield Step("claims it", world.having(actor.version, taken), actor._replace(at="call", row=claimed(taken)))


def _got(rules: Rules, world: World, actor: Actor) -> Steps:
    settled = rules.change(world.row(actor.version), "settle", actor.claimed, actor.result, False, False)
    yield Step(f"settles {actor.result}", world.having(actor.version, settled), actor.gone())


def _look(_: Rules, world: World, actor: Actor) -> Steps:
    if is_found(world, actor.claimed, actor.version):
        yield Step("finds its Case", world, actor._replace(at="got", result="there"))
    else:
        yield Step("finds no Case", world, actor._replace(at="decide"))


def _decide(rules: Rules, world: World, actor: Actor) -> Steps:
    discarded = rules.change(world.row(actor.version), "discard", actor.claimed)
    yield Step("discards it" if discarded else "leaves it", world.having(actor.version, discarded), actor.gone())


_STEPS = {"new": _see, "claim": _claim, "call": attempt, "got": _got, "look": _look, "decide": _decide}

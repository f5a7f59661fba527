"""A person's command: it replays an entry or discards it, as he has seen it."""

from app.delivery.entry.changes import bar_to_discard
from tests.model.crm import deliver, is_found
from tests.model.rows import Row, claimed, entry_of
from tests.model.rules import SUCCESS, Rules
from tests.model.world import Step, Steps, World, gone, spend, with_actor, with_row

UNDER_WAY = ("claim", "call", "got", "look", "found", "decide")


def steps(rules: Rules, world: World, number: int) -> Steps:
    """What the command may do next."""
    actor = world.actors[number]
    row = world.rows[actor.content]
    if row is not None and actor.at in _STEPS:
        yield from _STEPS[actor.at](rules, world, number)
    if actor.at in UNDER_WAY and world.left.crashes:
        yield Step("crashes", gone(spend(world, "crashes"), number), False)


def _begin(rules: Rules, world: World, number: int) -> Steps:
    actor = world.actors[number]
    seen = world.rows[actor.content]
    assert seen is not None
    if actor.name == "discard" and bar_to_discard(entry_of(seen), 0.0):
        return
    at = "claim" if actor.name == "replay" else "look" if rules.looks(seen) else "decide"
    yield Step("sees it", with_actor(world, number, at=at, row=seen._replace(runs=None, due=None)), False)


def _claim(rules: Rules, world: World, number: int) -> Steps:
    actor = world.actors[number]
    taken = rules.change(_row(world, number), "claim by command", actor.name, actor.row)
    if taken is None:
        yield Step("leaves it", gone(world, number))
    else:
        yield Step(
            "claims it", with_actor(with_row(world, actor.content, taken), number, at="call", row=claimed(taken))
        )


def _call(rules: Rules, world: World, number: int) -> Steps:
    for result, after in deliver(rules, world, number):
        calm = result in (*SUCCESS, "busy")
        yield Step(f"attempts it: {result}", with_actor(after, number, at="got", result=result), calm)


def _got(rules: Rules, world: World, number: int) -> Steps:
    actor = world.actors[number]
    settled = rules.change(_row(world, number), "settle", actor.row, actor.result, False, False)
    yield Step(f"settles {actor.result}", gone(with_row(world, actor.content, settled), number))


def _look(_: Rules, world: World, number: int) -> Steps:
    actor = world.actors[number]
    assert actor.row is not None
    found = is_found(world, actor.row, actor.content)
    at, result = ("got", "there") if found else ("decide", "")
    yield Step("finds its Case" if found else "finds no Case", with_actor(world, number, at=at, result=result))


def _decide(rules: Rules, world: World, number: int) -> Steps:
    actor = world.actors[number]
    discarded = rules.change(_row(world, number), "discard", actor.row)
    yield Step("discards it" if discarded else "leaves it", gone(with_row(world, actor.content, discarded), number))


def _row(world: World, number: int) -> Row:
    row = world.rows[world.actors[number].content]
    assert row is not None
    return row


_STEPS = {"new": _begin, "claim": _claim, "call": _call, "got": _got, "look": _look, "decide": _decide}

"""A CRM with a unique external id, whose answers get lost."""

from collections.abc import Iterator

from tests.model.rows import Row
from tests.model.rules import SUCCESS, Rules
from tests.model.world import Actor, Step, Steps, World

FIRST = "1"
Answer = tuple[str, World]


def attempt(rules: Rules, world: World, actor: Actor) -> Steps:
    """Whoever has claimed an entry brings it to the CRM."""
    if world.left.queues:
        yield Step(
            "comes to no turn", world.after("queues"), actor._replace(at="got", result="unsent"), by_itself=False
        )
    if world.left.skips:
        # By the rules of now, which may have been others before.
        looks = rules.looks_for(actor.claimed) and is_found(world, actor.claimed, actor.version)
        result = "there" if looks else "skipped"
        yield Step(f"skips it: {result}", world.after("skips"), actor._replace(at="got", result=result), False)
    for result, after in _deliver(rules, world, actor):
        calm = result in (*SUCCESS, "busy")
        yield Step(f"attempts it: {result}", after, actor._replace(at="got", result=result), calm)


def create(world: World, actor: Actor, external_id: str) -> Iterator[Answer]:
    """The answers to a create whose external id is not there yet."""
    written = _written(world, actor, external_id)
    yield "created", written
    if world.left.lost:
        yield "lost", written.after("lost")
        yield "lost", world.after("lost")
    if world.left.troubles:
        yield "trouble", world.after("troubles")
    if world.left.refusals:
        yield "refused", world.after("refusals")


def is_there(world: World, external_id: str) -> bool:
    """Whether a Case has this external id."""
    return any(external_id == one for one, _ in world.cases)


def is_found(world: World, row: Row, version: int) -> bool:
    """Whether a look into the CRM finds what attempts of the entry whose outcome is unknown have made."""
    return world.has_record(version) or (row.unknown and is_there(world, FIRST))


def _deliver(rules: Rules, world: World, actor: Actor) -> Iterator[Answer]:
    version, row = actor.version, world.row(actor.version)
    others = tuple(one for turn, one in enumerate(world.rows) if turn != version)
    if any(one is not None and one.state in ("received", "waiting") for one in world.rows[:version]):
        yield "busy", world
    elif is_there(world, FIRST):
        # What an attempt with an unknown outcome has made under an id of its own is found.
        own = rules.is_own(actor.claimed, row, others) or (row.unknown and _has_own(world, version))
        yield from [("there", world)] if own else _follow(world, actor)
    else:
        yield from create(world, actor, FIRST)


def _follow(world: World, actor: Actor) -> Iterator[Answer]:
    """A comment on the Case; if an agent has closed that and this version surely has none, the next Case."""
    version = actor.version
    own_id = f"{FIRST}-{version + 1}"
    if is_there(world, own_id):
        yield "there", world
        return
    if not world.row(version).unknown and not actor.claimed.unknown:
        yield "created", _written(world, actor, own_id)
    yield "there", world._replace(comments=tuple(sorted({*world.comments, version})))


def _written(world: World, actor: Actor, external_id: str) -> World:
    row = world.rows[actor.version]
    overtaken = row is not None and not (row.runs and row.lease == actor.name)
    cases = tuple(sorted((*world.cases, (external_id, actor.version))))
    return world._replace(cases=cases, overtaken=world.overtaken or overtaken)


def _has_own(world: World, version: int) -> bool:
    return version in world.comments or is_there(world, f"{FIRST}-{version + 1}")

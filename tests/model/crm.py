"""A CRM with a unique external id, whose answers get lost."""

from collections.abc import Iterator

from tests.model.rows import Row
from tests.model.rules import Rules
from tests.model.world import World, has_record, spend

FIRST = "1"
Answer = tuple[str, World]


def deliver(rules: Rules, world: World, number: int) -> Iterator[Answer]:
    """What an attempt may come to, each with the world after it."""
    actor = world.actors[number]
    content, attempted, row = actor.content, actor.row, world.rows[actor.content]
    assert attempted is not None
    assert row is not None
    others = tuple(one for turn, one in enumerate(world.rows) if turn != content)
    if content and any(one is not None and one.state in ("received", "waiting") for one in world.rows[:content]):
        yield "busy", world
    elif _is_there(world, FIRST):
        # A later content asks for what it has made before it asks whose the Case is.
        own = rules.is_own(attempted, row, others) or (row.unknown and _has_own(world, content))
        yield from [("there", world)] if own else _follow(world, number)
    else:
        yield from create(world, number, FIRST)


def create(world: World, number: int, external_id: str) -> Iterator[Answer]:
    """The answers to a create whose external id is not there yet."""
    written = _written(world, number, external_id)
    yield "created", written
    if world.left.lost:
        yield "lost", spend(written, "lost")
        yield "lost", spend(world, "lost")
    if world.left.troubles:
        yield "trouble", spend(world, "troubles")
    if world.left.refusals:
        yield "refused", spend(world, "refusals")


def is_found(world: World, row: Row, content: int) -> bool:
    """Whether a look into the CRM finds what attempts of the entry whose outcome is unknown have made."""
    return has_record(world, content) or (row.unknown and _is_there(world, FIRST))


def _follow(world: World, number: int) -> Iterator[Answer]:
    """A comment on the Case; if an agent has closed that and this content surely has none, the next Case."""
    content = world.actors[number].content
    own_id = f"{FIRST}-{content + 1}"
    if _is_there(world, own_id):
        yield "there", world
        return
    row, attempted = world.rows[content], world.actors[number].row
    if not any(one is not None and one.unknown for one in (row, attempted)):
        yield "created", _written(world, number, own_id)
    yield "there", world._replace(comments=tuple(sorted({*world.comments, content})))


def _written(world: World, number: int, external_id: str) -> World:
    actor = world.actors[number]
    row = world.rows[actor.content]
    overtaken = world.overtaken or (row is not None and not (row.runs and row.lease == actor.name))
    cases = tuple(sorted((*world.cases, (external_id, actor.content))))
    return world._replace(cases=cases, overtaken=overtaken)


def _is_there(world: World, external_id: str) -> bool:
    return any(external_id == one for one, _ in world.cases)


def _has_own(world: World, content: int) -> bool:
    return content in world.comments or _is_there(world, f"{FIRST}-{content + 1}")

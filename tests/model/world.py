"""All that the model's state consists of. It is small and can be hashed: thousands of them are kept."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.rows import Row


class Left(NamedTuple):
    """How often what can go wrong still may."""

    crashes: int = 0
    lost: int = 0
    troubles: int = 0
    refusals: int = 0
    doubts: int = 0
    pauses: int = 0
    clocks: int = 0
    give_ups: int = 0


class Actor(NamedTuple):
    """Who does something. `row` is the entry as it was seen or claimed, `told` what jtel has heard: "queued",
    "500", or anything else, which is all alike.
    """

    name: str
    at: str = "new"
    content: int = 0
    row: Row | None = None
    result: str = ""
    told: str = ""


class World(NamedTuple):
    """`rows` are the event's contents in the ledger; `cases` are external ids, each with the content that it is of.

    `alive` is what the heartbeats say. `unrecorded`: a Case was made that the ledger does not know. `overtaken`: one was
    made by somebody who had been taken for dead.
    """

    rows: tuple[Row | None, ...]
    actors: tuple[Actor, ...]
    left: Left
    cases: tuple[tuple[str, int], ...] = ()
    comments: tuple[int, ...] = ()
    alive: bool = False
    paused: bool = False
    unrecorded: bool = False
    overtaken: bool = False


class Step(NamedTuple):
    """What can happen next. `by_itself`: without a person, a new request or a new misfortune."""

    label: str
    world: World
    by_itself: bool = True


Steps = Iterator[Step]


def with_row(world: World, content: int, row: Row | None) -> World:
    """The world with this row; unchanged if there is none."""
    if row is None:
        return world
    return world._replace(rows=(*world.rows[:content], row, *world.rows[content + 1 :]))


def gone(world: World, number: int, told: str = "") -> World:
    """The world in which the actor is through with it, or dead."""
    actor = world.actors[number]
    heard = actor.told or told
    told = heard if heard in ("queued", "500") else "other"
    return with_actor(world, number, at="gone", row=None, result="", told=told)


def with_actor(world: World, number: int, **values: object) -> World:
    """The world in which this actor is so."""
    actor = world.actors[number]._replace(**values)  # type: ignore[arg-type]
    return world._replace(actors=(*world.actors[:number], actor, *world.actors[number + 1 :]))


def spend(world: World, name: str) -> World:
    """The world in which this may go wrong once less."""
    return world._replace(left=world.left._replace(**{name: getattr(world.left, name) - 1}))


def has_record(world: World, content: int) -> bool:
    """Whether the content is in the CRM, as a Case or as a comment."""
    return content in world.comments or any(content == one for _, one in world.cases)

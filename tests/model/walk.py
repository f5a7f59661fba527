"""Walks all places that can be reached, the nearest first, and shows the way to one in which a promise is broken."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.model import command, engine, request
from tests.model.numbered import Numbered
from tests.model.promises import broken_by, broken_in, is_finished
from tests.model.rules import Rules
from tests.model.surroundings import events, hears
from tests.model.world import Actor, Steps, World

STUCK = "a callback stays unfinished for ever"
_STEPS: dict[str, Callable[[Rules, World, Actor], Steps]] = {
    "engine": engine.steps,
    "replay": command.steps,
    "discard": command.steps,
}
# The number of a world, and those of its actors.
Place = tuple[int, ...]
# Of an actor in a world: label, world and actor after it, whether it goes by itself, and what it breaks.
_Step = tuple[str, int, int, bool, str | None]
_Next = tuple[str, Place, bool, str | None]


@dataclass(frozen=True)
class Found:
    """How many places there are, and, if one is wrong, what is broken and the steps that lead there."""

    places: int
    broken: str | None = None
    way: tuple[str, ...] = ()


class Walk:
    """From a world and its actors, by these rules."""

    def __init__(self, rules: Rules, world: World, actors: tuple[Actor, ...]) -> None:
        self._rules = rules
        self._worlds: Numbered[World] = Numbered()
        self._actors: Numbered[Actor] = Numbered()
        self._places: Numbered[Place] = Numbered()
        # From where each was reached first, and from where one gets to it by itself.
        self._came: list[tuple[int, str]] = []
        self._before: list[list[int]] = []
        # What an actor can do depends on him and the world only, not on how far the others are.
        self._steps_known: dict[tuple[int, int], list[_Step]] = {}
        self._heard: dict[tuple[int, int], int] = {}
        self._reach((self._worlds.number(world), *map(self._actors.number, actors)), 0, "")

    def run(self) -> Found:
        """Stops at the first broken promise."""
        here = 0
        while here < len(self._places):
            for label, place, by_itself, broken in self._next(self._places.things[here]):
                known = len(self._places)
                there = self._reach(place, here, label)
                if by_itself:
                    self._before[there].append(here)
                wrong = broken or (self._broken_in(place) if there == known else None)
                if wrong is not None:
                    return Found(len(self._places), wrong, (*self._way(here), label))
            here += 1
        return self._stuck()

    def _next(self, place: Place) -> Iterator[_Next]:
        world, actors = place[0], place[1:]
        came = True
        for position, actor in enumerate(actors, 1):
            is_new = self._actors.things[actor].at == "new"
            # They come in their order: any other is the same with other names.
            if came or not is_new:
                for label, after, then, by_itself, broken in self._steps(world, actor):
                    yield label, (after, *place[1:position], then, *place[position + 1 :]), by_itself, broken
            came = not is_new
        for label, following, by_itself in events(self._worlds.things[world]):
            after = self._worlds.number(following)
            yield label, (after, *(self._hears(after, actor) for actor in actors)), by_itself, None

    def _steps(self, world: int, actor: int) -> list[_Step]:
        known = self._steps_known.get((world, actor))
        if known is None:
            known = self._steps_known[world, actor] = list(self._found(self._worlds.things[world], actor))
        return known

    def _found(self, world: World, number: int) -> Iterator[_Step]:
        actor = self._actors.things[number]
        for step in _STEPS.get(actor.name, request.steps)(self._rules, world, actor):
            after, then = self._worlds.number(step.world), self._actors.number(step.actor)
            yield f"{actor.name} {step.label}", after, then, step.by_itself, broken_by(world, actor, step)

    def _hears(self, world: int, actor: int) -> int:
        heard = self._heard.get((world, actor))
        if heard is None:
            then = hears(self._worlds.things[world], self._actors.things[actor])
            heard = self._heard[world, actor] = self._actors.number(then)
        return heard

    def _broken_in(self, place: Place) -> str | None:
        return broken_in(self._worlds.things[place[0]], [self._actors.things[one] for one in place[1:]])

    def _reach(self, place: Place, here: int, label: str) -> int:
        number = self._places.number(place)
        if number == len(self._came):
            self._came.append((here, label))
            self._before.append([])
        return number

    def _stuck(self) -> Found:
        """Whether from every place there is a way to the end by itself."""
        finished = [is_finished(world) for world in self._worlds.things]
        good = [finished[place[0]] for place in self._places.things]
        waiting = deque(number for number, is_good in enumerate(good) if is_good)
        while waiting:
            for before in self._before[waiting.popleft()]:
                if not good[before]:
                    good[before] = True
                    waiting.append(before)
        if all(good):
            return Found(len(good))
        return Found(len(good), STUCK, self._way(good.index(False)))

    def _way(self, number: int) -> tuple[str, ...]:
        way: list[str] = []
        while number:
            number, label = self._came[number]
            way.append(label)
        return tuple(reversed(way))

"""Walks all worlds that can be reached, the nearest first, and shows the way to one in which a promise is broken."""

from collections import deque
from dataclasses import dataclass, field

from tests.model import command, engine, request, surroundings
from tests.model.promises import broken_by, ended
from tests.model.rules import Rules
from tests.model.world import World

STUCK = "a callback stays unfinished for ever"


@dataclass(frozen=True)
class Found:
    """How many worlds there are, and, if one is wrong, what is broken and the steps that lead there."""

    worlds: int
    broken: str | None = None
    way: tuple[str, ...] = ()


@dataclass
class Walk:
    """Worlds by the number in which they were found."""

    rules: Rules
    start: World
    _numbers: dict[World, int] = field(default_factory=dict)
    _worlds: list[World] = field(default_factory=list)
    _came: list[tuple[int, str]] = field(default_factory=list)
    # From where one gets to each by itself.
    _before: list[list[int]] = field(default_factory=list)

    def run(self) -> Found:
        """Stops at the first broken promise."""
        waiting = deque([self._number(self.start, 0, "")])
        while waiting:
            here = waiting.popleft()
            world = self._worlds[here]
            for who, step in self._steps(world):
                known = len(self._worlds)
                there = self._number(step.world, here, f"{self._name(who)}{step.label}")
                if step.by_itself:
                    self._before[there].append(here)
                broken = broken_by(world, who, step)
                if broken is not None:
                    return Found(len(self._worlds), broken, (*self._way(here), f"{self._name(who)}{step.label}"))
                if there == known:
                    waiting.append(there)
        return self._stuck()

    def _steps(self, world: World):  # type: ignore[no-untyped-def]
        for number, actor in enumerate(world.actors):
            kind = engine if actor.name == "engine" else request if actor.name.startswith("request") else command
            for step in kind.steps(self.rules, world, number):
                yield number, step
        for step in surroundings.steps(world):
            yield None, step

    def _number(self, world: World, here: int, label: str) -> int:
        number = self._numbers.setdefault(world, len(self._worlds))
        if number == len(self._worlds):
            self._worlds.append(world)
            self._came.append((here, label))
            self._before.append([])
        return number

    def _stuck(self) -> Found:
        """Whether every world comes to an end by itself."""
        good = {number for number, world in enumerate(self._worlds) if ended(world)}
        waiting = deque(good)
        while waiting:
            for before in self._before[waiting.popleft()]:
                if before not in good:
                    good.add(before)
                    waiting.append(before)
        stuck = next((number for number in range(len(self._worlds)) if number not in good), None)
        return Found(len(self._worlds), None if stuck is None else STUCK, () if stuck is None else self._way(stuck))

    def _way(self, number: int) -> tuple[str, ...]:
        way: list[str] = []
        while number:
            number, label = self._came[number]
            way.append(label)
        return tuple(reversed(way))

    def _name(self, who: int | None) -> str:
        return f"{self.start.actors[who].name} " if who is not None else ""

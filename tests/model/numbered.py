"""Things by a number, since a small number is found faster than what it stands for."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Thing = TypeVar("Thing", bound=Hashable)


class Numbered(Generic[Thing]):
    """Each thing has the number in whose order it came."""

    def __init__(self) -> None:
        self._numbers: dict[Thing, int] = {}
        self.things: list[Thing] = []

    def __len__(self) -> int:
        return len(self.things)

    def number(self, thing: Thing) -> int:
        """Its number; the next one if it is new."""
        number = self._numbers.setdefault(thing, len(self.things))
        if number == len(self.things):
            self.things.append(thing)
        return number

"""What jtel answers when a cockpit variable is set."""

from dataclasses import dataclass
from enum import Enum


class VariableResult(Enum):
    """`result` as jtel documents it: its number, and what it means."""

    SET = 0, "it is set"
    NOT_WRITABLE = 1, "it cannot be written"
    NOT_FOUND = 2, "there is none of this id, or the cockpit does not show it"
    SAME = 3, "it has this value already"
    OUT_OF_RANGE = 4, "the value is below its least or above its greatest"

    def __init__(self, number: int, meaning: str) -> None:
        self.number = number
        self.meaning = meaning

    @property
    def holds(self) -> bool:
        """Whether the variable has the wanted value now."""
        return self in (VariableResult.SET, VariableResult.SAME)


VARIABLE_RESULTS = {result.number: result for result in VariableResult}


@dataclass(frozen=True)
class VariableSet:
    """What became of it. `error` is jtel's own word, for a person."""

    result: VariableResult
    error: str

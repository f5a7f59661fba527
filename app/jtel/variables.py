"""The calls for cockpit variables. Source: "Cockpit Variables REST API - CockpitVariables Functions" in jtel's wiki."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from app.jtel.answers import unreadable
from app.jtel.asking import Asking
from app.jtel.attributes import to_whole
from app.jtel.calls import CALLS
from app.jtel.records import CockpitVariable


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


class VariableCalls(Asking):
    """Each may raise `JtelError`: 401 for a wrong token, 404 where an id is of nothing, 500 where jtel fails."""

    def variables(self) -> list[CockpitVariable]:
        """All cockpit variables, ordered by Name. `GET /cockpitVariables`"""
        return self.all("variables", CockpitVariable)

    def variable(self, id: int) -> CockpitVariable:  # noqa: A002
        """The one with this id. `GET /cockpitVariables/cockpitVariable/{CockpitVariablesID}`"""
        return self.record("variable", CockpitVariable, id=id)

    def set_variable(self, id: int, value: int) -> VariableSet:  # noqa: A002
        """Sets it to a whole number. `PATCH /cockpitVariables/cockpitVariable/{CockpitVariablesID}/setValue`

        jtel answers in `result` whether it did. It is never sent twice, as somebody else may set it in between.
        """
        answer = self.ask("set_variable", id=id, value=value)
        number = to_whole(answer.get("result")) if isinstance(answer, Mapping) else None
        if number is None or number not in VARIABLE_RESULTS:
            raise unreadable(CALLS["set_variable"])
        return VariableSet(VARIABLE_RESULTS[number], str(answer.get("error") or ""))

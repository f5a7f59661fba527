"""docs/jtel-api.md has the calls of the table, and says what is guessed."""

from pathlib import Path

import pytest

from app.jtel import undocumented
from app.jtel.attributes import Attribute
from app.jtel.calls import CALLS, JtelAnswer, JtelCall, Parameter
from app.jtel.new_event import DEFAULT_PRIORITY, PRIORITIES
from app.jtel.records import RECORDS, AcdEvent
from app.jtel.variables import VariableResult
from tests.jtel.documented import EVENT

PAGE = (Path(__file__).parents[2] / "docs/jtel-api.md").read_text()


def row_of(call: JtelCall) -> str:
    """The call as the page has it."""
    takes = ", ".join(map(taken, call.parameters)) if call.answer is not JtelAnswer.CREATED else "[an event](#an-event)"
    what = f"{call.does}, ordered by `{call.ordered_by}`" if call.ordered_by else call.does
    errors = "".join(f", {status}" for status in call.errors)
    answer = f"{call.answer.value}{f' (`{call.record}`)' if call.record else ''}{errors}"
    cells = f"`ringback jtel {call.command}`", f"`{call.method} {call.path}`", what, takes or "-", answer
    return f"| {' | '.join(cells)} | [page]({call.source}) |"


def taken(one: Parameter) -> str:
    return f"`{one.argument.upper() if one.required else option(one)}`"


def option(one: Parameter) -> str:
    return f"--{one.argument.replace('_', '-')}"


def field_of(one: Parameter) -> str:
    """A field of a new event as the page has it."""
    kind = "whole number" if one.type is int else "text"
    return f"| `{option(one)}` | `{one.name}` | {kind}{', required' if one.required else ''} | {one.meaning} |"


def rows(heading: str) -> list[str]:
    """The rows of the table below the heading."""
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in part.splitlines() if line.startswith("| `")]


def test_calls_are_those_of_the_table() -> None:
    """One row each, in the order of the table."""
    assert [row_of(call) for call in CALLS.values()] == rows("The calls")


def test_fields_of_an_event_are_those_of_the_table() -> None:
    """The same for what an event may have."""
    assert [field_of(one) for one in CALLS["create_event"].parameters] == rows("An event")


@pytest.mark.parametrize("name", [name for name in vars(undocumented) if name.isupper()])
def test_guesses_are_told(name: str) -> None:
    """What jtel does not document is said, under the name that it has in the code."""
    assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize("result", VariableResult)
def test_results_are_explained(result: VariableResult) -> None:
    """Each result of `setValue`."""
    assert f"{result.number} {result.meaning}" in " ".join(PAGE.split())


def test_numbers_are_the_documented_ones() -> None:
    """The priority is what jtel says."""
    assert (50, 0, 200) == (DEFAULT_PRIORITY, PRIORITIES[0], PRIORITIES[-1])


def test_each_field_of_the_example_can_be_asked_for() -> None:
    """What jtel documents of an event has a name in the code, and nothing else has."""
    names = {one.name for kind in AcdEvent.__mro__ for one in vars(kind).values() if isinstance(one, Attribute)}

    assert {*EVENT, "Result_"} == names


def test_records_are_those_of_the_calls() -> None:
    """Each kind of record belongs to a call."""
    assert set(RECORDS) == {call.record for call in CALLS.values() if call.record}

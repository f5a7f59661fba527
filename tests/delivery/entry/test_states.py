"""The table of states, cell by cell, against the picture that the documents show."""

import re
from pathlib import Path

import pytest

from app.delivery.entry.states import TABLE, Event, after
from app.domain.entry import State

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "reliability.md"
_ARROW = re.compile(r"^ +(\w+) --> (\w+): (\w[\w ]*)$", re.M)


def documented() -> dict[tuple[str, str], str]:
    """The cells of the picture: (state, event) to the state that follows; without an arrow it stays."""
    arrows = {
        (state, event): following for state, following, event in _ARROW.findall((DOCS / "architecture.md").read_text())
    }
    cells = {(state.value, event.value): state.value for state in State for event in Event}
    return cells | {cell: following for cell, following in arrows.items() if cell in cells}


CELLS = documented()


@pytest.mark.parametrize("state", State, ids=lambda state: state.value)
@pytest.mark.parametrize("event", Event, ids=lambda event: event.value)
def test_cell(state: State, event: Event) -> None:
    """Each event makes of each state what the page says."""
    assert CELLS[state.value, event.value] == after(state, event).value


@pytest.mark.parametrize("state", State, ids=lambda state: state.value)
def test_a_promise_is_not_refused(state: State) -> None:
    """What we had promised to deliver never ends as refused by an attempt."""
    following = after(state, Event.REFUSED, promised=True)

    assert following is (State.FAILED if state is State.RECEIVED else state)


def test_success_always_wins() -> None:
    """From every state that can have had an attempt the way leads to delivered."""
    without = {state for state in State if after(state, Event.DELIVERED) is not State.DELIVERED}

    assert {State.INVALID} == without
    assert {} == TABLE[State.DELIVERED]


def test_every_state_is_explained() -> None:
    """The page says of each state what it means and what is answered."""
    text = PAGE.read_text()

    assert [] == [state.value for state in State if not re.search(rf"^\| `{state.value}` \| \w", text, re.M)]

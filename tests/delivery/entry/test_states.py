"""What holds for the table of states as a whole. `tests/docs/test_architecture.py` has it cell by cell."""

import re
from pathlib import Path

import pytest

from app.delivery.entry.states import TABLE, Event, after
from app.domain.entry import State

PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"


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

"""The picture of the states: all of them, and the way that was taken."""

import re

import pytest

from app.console.callback.picture import HEIGHT, WIDTH, picture_of
from app.delivery.entry.states import TABLE
from app.domain.entry import State

WAY = [State.RECEIVED, State.WAITING, State.RECEIVED, State.DELIVERED]


def test_every_state_and_step_is_there() -> None:
    """Each state has its box within the picture, each step of the table its arrow; those taken are marked and last."""
    picture = picture_of(WAY)

    assert set(State) == {box.state for box in picture.boxes}
    assert all(0 < box.x - 58 and box.x + 58 < WIDTH and 0 < box.y - 19 < HEIGHT - 38 for box in picture.boxes)
    steps = {(state, after) for state, row in TABLE.items() for after in row.values() if after is not state}
    assert len(picture.arrows) == len(steps | {(State.RECEIVED, State.FAILED)})
    assert [False, True, True, True] == [arrow.taken for arrow in picture.arrows[-4:]]
    assert ([State.DELIVERED], ["received", "waiting", "received", "delivered"]) == (
        [box.state for box in picture.boxes if box.now],
        picture.way,
    )


@pytest.mark.parametrize("state", State)
def test_who_has_not_gone_anywhere(state: State) -> None:
    """One state alone has its box and no arrow that was taken."""
    picture = picture_of([state])

    assert [state] == [box.state for box in picture.boxes if box.passed]
    assert not any(arrow.taken for arrow in picture.arrows)


def test_long_way() -> None:
    """A way of hundreds of steps is told by its ends; its picture is no larger than another."""
    picture = picture_of([*[State.RECEIVED, State.WAITING] * 200, State.RECEIVED, State.DELIVERED])

    assert len(picture.way) == 13
    assert picture.way[-3:] == ["waiting", "received", "delivered"]
    assert len(picture.arrows) == len(picture_of(WAY).arrows)


def test_paths_are_numbers() -> None:
    """A path holds nothing but numbers and the letters of a path."""
    assert all(re.fullmatch(r"M[-\d]+ [-\d]+ Q[-\d]+ [-\d]+ [-\d]+ [-\d]+", one.path) for one in picture_of(WAY).arrows)

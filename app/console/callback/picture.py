"""The picture of the states, with the way that a callback has taken: lines and boxes for an SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.delivery.entry.states import TABLE, Event
from app.domain.entry import State

Step = tuple[State, State]

WIDTH, HEIGHT = 720, 330
_HALF_WIDTH, _HALF_HEIGHT = 68, 19
# How far a line bends, so that the way back does not lie on the way there.
_BEND = 0.13
# Of a longer way only so many states at both its ends.
_LONGEST = 12
# Where the middle of each box is.
PLACES = {
    State.RECEIVED: (100, 165),
    State.WAITING: (330, 45),
    State.REFUSED: (330, 165),
    State.FAILED: (500, 105),
    State.DELIVERED: (630, 190),
    State.INVALID: (100, 285),
    State.DISCARDED: (420, 285),
}


@dataclass(frozen=True)
class Box:
    """A state: its place, and whether the callback has been there, or is there now."""

    state: State
    x: int
    y: int
    passed: bool
    now: bool


@dataclass(frozen=True)
class Arrow:
    """A step from one state to another as the path of a line; `taken` by the callback, or not."""

    path: str
    taken: bool


@dataclass(frozen=True)
class Picture:
    """All boxes, and all arrows: those that were taken come last, so that they lie above the others.

    `way` has the words of the states, without the middle of a long way.
    """

    way: Sequence[str]
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]
    width: int = WIDTH
    height: int = HEIGHT
    box_width: int = 2 * _HALF_WIDTH
    box_height: int = 2 * _HALF_HEIGHT


def picture_of(way: Sequence[State]) -> Picture:
    """The picture for a callback that has gone through these states."""
    taken = set(pairwise(way))
    boxes = [Box(state, *place, state in way, state is way[-1]) for state, place in PLACES.items()]
    arrows = [Arrow(_path(step), step in taken) for step in dict.fromkeys([*_possible(), *taken])]
    return Picture(_words(way), boxes, sorted(arrows, key=lambda arrow: arrow.taken))


def _words(way: Sequence[State]) -> list[str]:
    words = [state.value for state in way]
    if len(words) > _LONGEST:
        words[_LONGEST // 2 : -_LONGEST // 2] = ["…"]
    return words


def _possible() -> Iterator[Step]:
    for state, following in TABLE.items():
        for event, after in following.items():
            if after is not state:
                yield state, after
            if event is Event.REFUSED:
                yield state, State.FAILED


def _path(step: Step) -> str:
    (from_x, from_y), (to_x, to_y) = PLACES[step[0]], PLACES[step[1]]
    bend_x = (from_x + to_x) / 2 - (to_y - from_y) * _BEND
    bend_y = (from_y + to_y) / 2 + (to_x - from_x) * _BEND
    begin_x, begin_y = _edge(from_x, from_y, bend_x, bend_y)
    end_x, end_y = _edge(to_x, to_y, bend_x, bend_y)
    return f"M{begin_x:.0f} {begin_y:.0f} Q{bend_x:.0f} {bend_y:.0f} {end_x:.0f} {end_y:.0f}"


def _edge(x: float, y: float, towards_x: float, towards_y: float) -> tuple[float, float]:
    """Where a line from the middle of a box leaves it."""
    along_x, along_y = towards_x - x, towards_y - y
    part = max(abs(along_x) / _HALF_WIDTH, abs(along_y) / _HALF_HEIGHT) or 1.0
    return x + along_x / part, y + along_y / part

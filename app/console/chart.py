"""The bars of the overview, as shapes of an SVG: here is how high each is, the style sheet says how they look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.operations.today import Hour

HEIGHT = 120.0
STEP = 26.0
WIDTH = 20.0
# What is there at all is seen.
LEAST = 2.0
# From below to above, with the class of each.
KINDS = ("delivered", "lacking", "waiting", "refused", "failed", "skipped", "discarded")


@dataclass(frozen=True)
class Piece:
    """A part of a bar: `count` callbacks of one kind."""

    kind: str
    count: int
    y: float
    height: float


@dataclass(frozen=True)
class HourBar:
    """The callbacks of an hour."""

    hour: Hour
    x: float
    pieces: Sequence[Piece]


def bars(hours: Sequence[Hour]) -> list[HourBar]:
    """A bar for each hour; the highest fills the height."""
    most = max((hour.total for hour in hours), default=0) or 1
    return [HourBar(hour, number * STEP, list(_pieces(hour, most))) for number, hour in enumerate(hours)]


def counts(hour: Hour) -> dict[str, int]:
    """How many callbacks of each kind; what is delivered without fields counts by itself."""
    known = {kind: int(getattr(hour, kind)) for kind in KINDS}
    return {**known, "delivered": hour.delivered - hour.lacking}


def _pieces(hour: Hour, most: int) -> Iterator[Piece]:
    top = HEIGHT
    for kind, count in counts(hour).items():
        if count:
            height = max(LEAST, round(HEIGHT * count / most, 1))
            top = max(0.0, round(top - height, 1))
            yield Piece(kind, count, top, height)

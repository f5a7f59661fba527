"""How many calls a backlog takes, by what the courier learns of the time that calls take. No clock runs here."""

import pytest

from app.delivery.courier.courier import BACKLOG_SECONDS, BACKLOG_SOON, FEW
from app.delivery.courier.places import Pace

BACKLOG = 10_000
MOST_CALLS = 60
GROUP = "Case"


def sizes(backlog: int, probe: float, call: float, record: float) -> list[int]:
    """The calls of two processes, of which one has probed: that took so long, and what each call and record takes."""
    paces = [Pace(BACKLOG_SOON), Pace(BACKLOG_SOON)]
    paces[0].measured(GROUP, probe, 1)
    sent = [1]
    while (left := backlog - sum(sent)) > 0:
        # All places at once: none knows yet what the others' calls come to.
        most = [pace.most(GROUP) for pace in paces for _ in range(FEW)]
        sent += [min(one, left - sum(most[:place])) for place, one in enumerate(most) if sum(most[:place]) < left]
        for pace, one in zip([pace for pace in paces for _ in range(FEW)], most, strict=True):
            assert call + one * record < BACKLOG_SECONDS
            pace.measured(GROUP, call + one * record, one)
    return sent


@pytest.mark.parametrize("probe", [0.3, 1.0, 3.0, 8.0, 29.0])
@pytest.mark.parametrize("record", [0.0, 0.001, 0.01, 0.04])
@pytest.mark.parametrize("call", [0.05, 0.3, 1.5])
def test_calls_are_full(probe: float, record: float, call: float) -> None:
    """However long a process has logged in or been starved at its first call, the next ones soon hold 200."""
    assert len(sizes(BACKLOG, probe, call, record)) <= MOST_CALLS


@pytest.mark.parametrize("record", [0.06, 0.1])
def test_slow_records(record: float) -> None:
    """Where each takes long, calls end in the time that they should take, after the first ones."""
    later = sizes(BACKLOG, record, 0.1, record)[1 + 2 * 2 * FEW :]

    assert max(later) * record <= 1.1 * BACKLOG_SOON

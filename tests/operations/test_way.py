"""The way of a callback through its states, told by what is kept of it."""

from itertools import pairwise
from typing import Any

import pytest

from app.delivery.entry.states import TABLE
from app.domain.entry import Entry, State
from app.operations.timeline import Moment
from app.operations.way import states_on_the_way

R, W, D, X, F, I, S = (  # noqa: E741
    State.RECEIVED,
    State.WAITING,
    State.DELIVERED,
    State.REFUSED,
    State.FAILED,
    State.INVALID,
    State.DISCARDED,
)
CAME = Moment(0.0, "received")
DONE = {"outcome": "delivered"}
AWAY = {"outcome": "failed", "reason": "crm_timeout"}
NO = {"outcome": "failed", "reason": "validation_rule"}


def entry(state: State, **values: Any) -> Entry:
    return Entry(1, "default", 1, state, 0.0, b"", b"", "request", **{"event_id": "4711", **values})


def tried(runner: str, values: dict[str, Any]) -> Moment:
    return Moment(1.0, "attempt", runner=runner, **values)


@pytest.mark.parametrize(
    ("now", "moments", "way"),
    [
        (entry(R), [], [R]),
        (entry(D), [tried("web", DONE)], [R, D]),
        (entry(W), [], [R, W]),
        (entry(W, reason="crm_timeout"), [tried("web", AWAY)], [R, W]),
        (entry(D), [tried("web", AWAY), tried("engine", DONE)], [R, W, R, D]),
        (entry(D), [tried("engine", DONE)], [R, W, R, D]),
        (entry(D, reconciled=True), [tried("engine", DONE)], [W, R, D]),
        (entry(X, reason="validation_rule"), [tried("web", NO)], [R, X]),
        (entry(D), [tried("web", NO), tried("replay", DONE)], [R, X, R, D]),
        (entry(F, reason="validation_rule"), [tried("web", AWAY), tried("engine", NO)], [R, W, R, F]),
        (entry(F, reason="validation_rule"), [tried("web", NO)], [R, F]),
        (entry(F, reason="crm_timeout"), [tried("web", AWAY), Moment(2.0, "gave up", runner="engine")], [R, W, F]),
        (entry(S), [tried("web", NO), Moment(2.0, "discarded", runner="discard")], [R, X, S]),
        (entry(S), [Moment(1.0, "skipped", runner="web")], [R, S]),
        (entry(D), [Moment(1.0, "skipped", runner="web"), tried("replay", DONE)], [R, S, R, D]),
        (entry(S), [tried("web", AWAY), Moment(2.0, "skipped", runner="engine")], [R, W, R, S]),
        (entry(I, event_id=None, reason="json_broken"), [], [I]),
        (entry(D, event_id="4711"), [Moment(0.5, "discarded"), tried("web", DONE)], [R, S, R, D]),
    ],
)
def test_way(now: Entry, moments: list[Moment], way: list[State]) -> None:
    """Each attempt and each decision is a step, and it ends where the callback is."""
    assert way == states_on_the_way(now, [CAME, *moments])


def test_steps_are_those_of_the_table() -> None:
    """What a callback does most often are steps that the table of states knows."""
    moments = [CAME, tried("web", AWAY), tried("engine", NO), tried("replay", DONE)]
    known = {(state, after) for state, row in TABLE.items() for after in row.values()} | {(R, F)}

    assert set(pairwise(states_on_the_way(entry(D), moments))) <= known

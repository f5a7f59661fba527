"""What is counted for people who look is what there is, on both databases."""

import pytest

from app.domain.entry import State
from app.domain.record import Dropped
from app.ledger.counts import (
    HOUR,
    by_hour,
    by_reason,
    dropped_by_hour,
    oldest_waiting,
    reasons_of_failed,
    skipped_by_hour,
)
from tests.support.desk import Desk

DROPPED = (Dropped("OwnerId", "queue_not_found"),)


def test_each_hour_has_its_callbacks(desk: Desk) -> None:
    """A callback counts in the hour in which it came, by its state now; what is older counts nowhere."""
    now = desk.ledger.now()
    since = now - 2.5 * HOUR
    desk.add(State.DELIVERED, received_at=since, dropped=DROPPED)
    desk.add(State.FAILED, received_at=since + HOUR - 0.001)
    desk.add(State.WAITING, received_at=since + HOUR)
    desk.add(State.DELIVERED, received_at=since - 0.001, dropped=DROPPED)
    desk.add(State.REFUSED)
    desk.add(State.DISCARDED, received_at=since + HOUR, reason="skipped_by_rule")
    desk.add(State.DISCARDED, received_at=since + HOUR)

    hours = [dict(+one) for one in by_hour(desk.ledger.database, since, 3)]

    assert [{State.DELIVERED: 1, State.FAILED: 1}, {State.WAITING: 1, State.DISCARDED: 2}, {State.REFUSED: 1}] == hours
    assert [1, 0, 0] == dropped_by_hour(desk.ledger.database, since, 3)
    assert [0, 1, 0] == skipped_by_hour(desk.ledger.database, since, 3)


@pytest.mark.parametrize("old", [State.FAILED, State.WAITING])
def test_reasons(desk: Desk, old: State) -> None:
    """What waits or has failed counts however old it is, a refusal only since then; the newest one's words stand."""
    since = desk.ledger.now() - 60
    desk.add(old, reason="a_newer_word", age=9000, message="Old.")
    desk.add(old, reason="a_newer_word", message="New.")
    desk.add(State.REFUSED, reason="validation_rule", age=9000)
    desk.add(State.DISCARDED, reason="validation_rule")
    desk.add(State.INVALID, reason="number_missing")

    found = by_reason(desk.ledger.database, since)

    assert [(old, "a_newer_word", 2, "New."), (State.INVALID, "number_missing", 1, None)] == [
        (one.state, one.reason, one.callbacks, one.message) for one in found
    ]
    assert reasons_of_failed(desk.ledger.database)["a_newer_word"] == (2 if old is State.FAILED else 0)


def test_who_has_waited_longest(desk: Desk) -> None:
    """The oldest first, and no more than wanted."""
    waiting = [desk.add(State.WAITING, age=age) for age in (10, 30, 20)]

    assert [waiting[1].id, waiting[2].id] == list(oldest_waiting(desk.ledger.database, 2))

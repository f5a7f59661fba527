"""What came in the last hours, by what became of it."""

from app.domain.entry import State
from app.domain.record import Dropped
from app.operations.now import Now
from app.operations.today import HOURS, Today
from tests.support.desk import Desk


def test_each_callback_counts_once(desk: Desk) -> None:
    """What a rule skips is not given up, and what lacks fields is delivered; no callback is left out."""
    for state in State:
        desk.add(state)
    desk.add(State.DISCARDED, reason="skipped_by_rule")
    desk.add(State.DELIVERED, dropped=(Dropped("OwnerId", "queue_not_found"),))
    now = Now.of(desk.ledger.database)
    *earlier, hour = Today.of(desk.ledger, desk.config, now).hours

    assert (2, 1, 2, 1, 2) == (hour.delivered, hour.lacking, hour.waiting, hour.failed, hour.refused)
    assert (1, 1) == (hour.skipped, hour.discarded)
    assert len(State) + 2 == hour.total
    assert [0] * (HOURS - 1) == [one.total for one in earlier]

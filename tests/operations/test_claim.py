"""What a replay takes it holds alone, and what went before says nothing of it."""

import pytest

from app.domain.entry import State
from app.operations.claim import Claims
from tests.support.desk import Desk


@pytest.mark.parametrize("state", [State.WAITING, State.REFUSED, State.FAILED])
def test_reason_of_the_last_attempt_goes(desk: Desk, state: State) -> None:
    """Why it waited or was refused says nothing of the attempt that begins."""
    entry = desk.add(state, reason="crm_timeout")

    claimed = Claims(desk.ledger, desk.config, "ours", 60, named=True).claim(entry.id)

    assert (State.RECEIVED, "ours", None) == (claimed.state, claimed.lease, claimed.reason)
    assert [] == desk.list("--reason", "crm_timeout")

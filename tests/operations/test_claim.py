"""What a replay takes it holds alone, and what went before says nothing of it."""

import pytest

from app.domain.entry import State
from app.operations.claim import claim
from tests.support.desk import Desk


@pytest.mark.parametrize("state", [State.WAITING, State.REFUSED, State.FAILED])
def test_reason_of_the_last_attempt_goes(desk: Desk, state: State) -> None:
    """Why it waited or was refused says nothing of the attempt that begins."""
    entry = desk.add(state, reason="crm_timeout")

    claimed = claim(desk.ledger, desk.config, entry.id, "ours", named=True)

    assert (State.RECEIVED, "ours", None) == (claimed.state, claimed.lease, claimed.reason)
    assert [] == desk.list("--reason", "crm_timeout")

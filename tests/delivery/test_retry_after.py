"""A CRM that asks to be left alone: all callbacks wait for that long, stored, and nobody asks it meanwhile."""

from collections.abc import Callable

import pytest

from app.delivery.request.intake import Sent
from app.domain.entry import State
from app.domain.errors import CrmError
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.ledger.pauses import ORG, rule_scope
from app.ledger.tables import entry as rows
from tests.delivery.conftest import Desk

Send = Callable[..., Sent]
REASONS = [Reason.CRM_BUSY, Reason.CRM_UNAVAILABLE, Reason.API_LIMIT, Reason.LOGIN_LIMIT, Reason.CRM_MAINTENANCE]


def seconds_left(desk: Desk, scope: str = ORG) -> float:
    """Until the next probe."""
    return desk.pauses.all()[scope].probe_at - desk.ledger.now()


@pytest.mark.parametrize("reason", REASONS, ids=lambda one: one.word)
def test_first_one_pauses_all(desk: Desk, sent: Send, reason: Reason) -> None:
    """The first callback that hears it is enough; the next ones are stored without a call, by web and engine."""
    desk.heartbeats.beat("engine")
    desk.crm.reason, desk.crm.retry_after = reason, 600.0
    outcomes = [desk.delivery.accept(sent(number)) for number in range(1, 6)]
    desk.engine.run_once()

    assert {(Status.QUEUED, reason)} == {(one.status, one.reason) for one in outcomes}
    assert 1 == len(desk.crm.calls)
    assert 590 < seconds_left(desk) <= 600
    (first,) = desk.ledger.select(rows.c.event_id == "1")
    assert first.due_at is not None
    assert 590 < first.due_at - desk.ledger.now() <= 600


def test_all_are_delivered_afterwards(desk: Desk, sent: Send) -> None:
    """When the time is over one callback probes, and all that waited are delivered at once."""
    desk.heartbeats.beat("engine")
    desk.crm.reason, desk.crm.retry_after = Reason.CRM_UNAVAILABLE, 0.5
    for number in range(1, 4):
        desk.delivery.accept(sent(number))
    desk.crm.reason = None
    while {State.DELIVERED} != {one.state for one in desk.ledger.select(rows.c.id > 0)}:
        desk.engine.run_once()

    assert {} == desk.pauses.all()


def test_probe_that_hears_it_again(desk: Desk, sent: Send) -> None:
    """A probe that is asked to wait puts the next one off for so long."""
    desk.heartbeats.beat("engine")
    desk.crm.reason, desk.crm.retry_after = Reason.CRM_UNAVAILABLE, 600.0
    desk.pauses.begin(ORG, Reason.CRM_TIMEOUT.word, -1)
    desk.delivery.accept(sent(1))
    desk.engine.run_once()

    assert 1 == len(desk.crm.calls)
    assert 590 < seconds_left(desk) <= 600


def test_shorter_wait_brings_no_probe_forward(desk: Desk) -> None:
    """Of several waits the longest counts."""
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 600)
    desk.engine.attempts.troubles.note(asked(30.0), "everyone-else", 1)

    assert 590 < seconds_left(desk) <= 600


def test_pause_of_a_rule_is_left_alone(desk: Desk) -> None:
    """It concerns the org, and no rule."""
    desk.pauses.begin(rule_scope("b2b"), Reason.FIELD_UNKNOWN.word, 5)
    desk.engine.attempts.troubles.note(asked(600.0), "b2b", 1)

    assert seconds_left(desk, rule_scope("b2b")) <= 5
    assert 590 < seconds_left(desk) <= 600


def test_backlog_is_not_sent_on(desk: Desk, sent: Send) -> None:
    """A call for many that hears it leaves them waiting, and pauses once."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_TIMEOUT.word, 3600)
    for number in range(1, 8):
        desk.delivery.accept(sent(number))
    desk.pauses.end(ORG)
    desk.crm.reason, desk.crm.retry_after = Reason.CRM_BUSY, 600.0
    desk.engine.run_once()
    desk.engine.run_once()

    assert [7] == desk.crm.calls
    assert {State.WAITING} == {one.state for one in desk.ledger.select(rows.c.id > 0)}
    assert 590 < seconds_left(desk) <= 600


def asked(seconds: float) -> CrmError:
    error = CrmError(Reason.CRM_BUSY, "It asks to be left alone.")
    error.retry_after = seconds
    return error

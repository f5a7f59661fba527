"""Which configuration a callback is mapped with, when a new one comes meanwhile."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from app.delivery.request.intake import Sent
from app.domain.reasons import Reason
from tests.delivery.conftest import Desk


def test_one_configuration_throughout(desk: Desk, sent: Callable[..., Sent]) -> None:
    """An attempt counts for the configuration that it was mapped with, though another came while it was under way."""
    desk.crm.gate.clear()
    thread = threading.Thread(target=desk.delivery.accept, args=(sent(1),))
    thread.start()
    while not desk.crm.calls:
        time.sleep(0.01)
    desk.delivery.in_force.take(replace(desk.delivery.in_force.loaded, hash="later"))
    desk.crm.gate.set()
    thread.join()
    desk.delivery.accept(sent(2))

    assert ["config", "later"] == [desk.ledger.attempts(number)[0].config for number in (1, 2)]


def test_engine_takes_the_current_one(desk: Desk, sent: Callable[..., Sent]) -> None:
    """What waits is mapped with the configuration that is in force when the engine takes it up."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = Reason.CRM_UNAVAILABLE
    desk.delivery.accept(sent(1))
    desk.crm.reason = None
    desk.delivery.in_force.take(replace(desk.delivery.in_force.loaded, hash="later"))
    while not desk.engine.run_once():
        time.sleep(0.01)

    assert ["config", "later"] == [attempt.config for attempt in desk.ledger.attempts(1)]

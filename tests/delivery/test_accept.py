"""The deadline holds, whatever the CRM does."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from app.delivery.accept import GRACE, Delivery
from app.domain.deadline import Deadline
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.mapping.config import load_config

CONFIG = load_config(Path(__file__).parents[1] / "ringback.yaml")
BODY = b'{"AcdEventsID": 7, "Caller": "4930901820", "Subject": "Offer"}'


class Stuck:
    """A CRM that heeds no deadline, as a look-up of a name would."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.seen: list[str] = []

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        self.released.wait(10)
        self.seen.append(external_id)
        return Written("500000000000001AAA", "1", True)


def test_deadline_holds() -> None:
    """A CRM that does not come back costs the caller's answer no more than the deadline; the attempt goes on."""
    crm = Stuck()
    delivery = Delivery(CONFIG, crm, 0.3, threads=1)

    started = time.monotonic()
    outcome = delivery.accept(BODY, b"", CONFIG.sources["default"], datetime.now(UTC))
    took = time.monotonic() - started
    crm.released.set()

    assert (Status.REFUSED, Reason.CRM_TIMEOUT, "7") == (outcome.status, outcome.reason, outcome.event_id)
    assert took < 0.3 + GRACE + 2


def test_invalid_never_reaches_the_crm() -> None:
    """What is no callback is told so without asking the CRM."""
    crm = Stuck()
    outcome = Delivery(CONFIG, crm, 1, threads=1).accept(b"{}", b"", CONFIG.sources["default"], datetime.now(UTC))

    assert (Status.INVALID, Reason.EVENT_ID_MISSING) == (outcome.status, outcome.reason)
    assert [] == crm.seen

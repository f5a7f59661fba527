"""Pauses that a test begins for a Ringback that runs."""

import time

from app.delivery.pausing import MOMENT
from app.domain.reasons import Reason
from app.ledger.pauses import ORG, Pauses

HOUR = 3600.0


def pause_all(pauses: Pauses, reason: Reason = Reason.CRM_UNAVAILABLE) -> None:
    """Nothing is sent for an hour. Returns when each process knows: for a moment it goes by what it has seen."""
    assert pauses.begin(ORG, reason.word, HOUR)
    time.sleep(MOMENT)

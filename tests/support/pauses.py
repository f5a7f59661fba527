"""Pauses that a test begins for a Ringback that runs."""

from app.domain.reasons import Reason
from app.ledger.pauses import ORG, Pauses

HOUR = 3600.0


def pause_all(pauses: Pauses, reason: Reason = Reason.CRM_UNAVAILABLE) -> None:
    """Nothing is sent for an hour."""
    assert pauses.begin(ORG, reason.word, HOUR)

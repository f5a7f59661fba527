"""Outcomes, before they are put into an answer."""

import pytest

from app.domain.errors import CrmError, MappingError, PayloadError
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (PayloadError(Reason.JSON_BROKEN, "Mend it."), Status.INVALID),
        (MappingError(Reason.MAPPING_FAILED, "Mend it."), Status.REFUSED),
        (CrmError(Reason.CRM_TIMEOUT, "Mend it."), Status.REFUSED),
    ],
)
def test_of_an_error(error, status):
    """What cannot be understood is `invalid`, what could not be written is `refused`; both say why."""
    outcome = Outcome.of_error(error, "4711", "b2b")

    assert Outcome(status, "4711", "b2b", None, error.reason, "Mend it.") == outcome

"""Outcomes, before they are put into an answer."""

import pytest

from app.domain.errors import CrmError, MappingError, PayloadError
from app.domain.outcome import Outcome, Status, event_id_as_sent
from app.domain.reasons import Reason
from app.domain.record import Written


@pytest.mark.parametrize(("created", "status"), [(True, Status.CREATED), (False, Status.EXISTING)])
def test_of_a_record(created, status):
    """A record that is there is `created` or had been `existing`, and is named."""
    written = Written("500Qy00000C7aBcIAH", "00001027", created)

    assert Outcome(status, "4711", "b2b", written) == Outcome.of_record(written, "4711", "b2b")


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


@pytest.mark.parametrize(
    ("event_id", "shown"),
    [
        ("4711", 4711),
        (None, None),
        ("", ""),
        ("a", "a"),
        ("\u00b2", "\u00b2"),
        ("4\u00b2", "4\u00b2"),
        ("\u2460", "\u2460"),
        ("\u0661\u0662", "\u0661\u0662"),
        ("\uff11", "\uff11"),
        ("1" * 15, 111_111_111_111_111),
        ("1" * 16, "1" * 16),
    ],
)
def test_event_id_as_sent(event_id: str | None, shown: int | str | None) -> None:
    """A number where it is one; what only looks like digits stays a text."""
    assert shown == event_id_as_sent(event_id)

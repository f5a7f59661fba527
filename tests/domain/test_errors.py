"""The exception tree."""

import pytest

from app.domain.errors import ConfigError, CrmError, MappingError, PayloadError, RingbackError
from app.domain.reasons import Reason, Scope


@pytest.mark.parametrize("kind", [PayloadError, MappingError, CrmError])
def test_every_error_has_reason_and_message(kind):
    """Whatever is told to a person carries a machine word and a sentence."""
    error = kind(Reason.MAPPING_FAILED, "It failed.")

    assert isinstance(error, RingbackError)
    assert (Reason.MAPPING_FAILED, "It failed.", "It failed.") == (error.reason, error.message, str(error))


def test_reason_decides_whether_to_try_again():
    """Whether to try again, and how far a trouble reaches, is the reason's to say."""
    assert PayloadError(Reason.JSON_BROKEN, "").permanent
    assert not CrmError(Reason.CRM_TIMEOUT, "").permanent
    assert Scope.ORG is CrmError(Reason.LOGIN_REFUSED, "").scope


def test_outcome_is_known_unless_said():
    """That a record may exist all the same has to be said."""
    assert not CrmError(Reason.CRM_TIMEOUT, "").outcome_unknown
    assert CrmError(Reason.CRM_TIMEOUT, "", outcome_unknown=True).outcome_unknown


def test_copy():
    """A copy says the same, and what one who raises it adds is not said by the other."""
    error = CrmError(Reason.CRM_BUSY, "Busy.", outcome_unknown=True, code="X", fields=("Subject",))
    error.retry_after = 7
    copied = error.copy()
    same = vars(copied) == vars(error)
    copied.beside, copied.outcome_unknown, copied.retry_after = "CaseComment", False, 1

    assert same
    assert (None, True, 7) == (error.beside, error.outcome_unknown, error.retry_after)


def test_config_error_shows_every_problem():
    """All problems of a configuration are in what is printed, one a line."""
    error = ConfigError(["a.yaml:1:1 x", "a.yaml:2:1 y"])

    assert "a.yaml:1:1 x\na.yaml:2:1 y" == str(error)
    assert ["a.yaml:1:1 x", "a.yaml:2:1 y"] == error.problems

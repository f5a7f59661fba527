"""The names that a template may use."""

from app.domain.jtel_fields import JTEL_FIELDS
from app.mapping.names import FRIENDLY, names_of
from tests.payload.reading import read_request
from tests.payload.test_read_forms import FORMS


def test_every_name_is_always_there():
    """A template may use every name with every callback: what jtel left out is nothing, not missing."""
    names = names_of(read_request(FORMS / "v4-minimal"))

    assert {*FRIENDLY, *JTEL_FIELDS} == set(names)


def test_friendly_names_do_not_hide_jtels():
    """No friendly name is spelled as one of jtel's."""
    assert set() == set(FRIENDLY) & set(JTEL_FIELDS)

"""jtel's documented names."""

from app.domain.jtel_fields import FLAT_FIELDS, GROUP_FIELDS, JTEL_FIELDS


def test_flat_form_has_21_fields():
    """createCallback v4 documents 21 parameters."""
    assert 21 == len(FLAT_FIELDS)


def test_no_name_stands_for_two():
    """Names are told apart in any case of their letters."""
    assert len(JTEL_FIELDS) == len({name.lower() for name in JTEL_FIELDS})


def test_groups_fill_in_what_is_documented():
    """What a source may fill in are fields that jtel documents."""
    assert set(GROUP_FIELDS) <= set(FLAT_FIELDS)

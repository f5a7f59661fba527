"""jtel's documented fields."""

from app.domain.jtel_fields import JTEL_FIELDS, JTEL_NAMES, Form


def test_flat_form_has_21_fields():
    """createCallback v4 documents 21 parameters; that a record names its type in it, too, is ours."""
    assert 21 == len([field for field in JTEL_FIELDS if Form.FLAT in field.form and field.name != "AcdEventTypesID"])


def test_no_name_stands_for_two():
    """Names are told apart in any case of their letters."""
    assert len(JTEL_FIELDS) == len({name.lower() for name in JTEL_NAMES})


def test_groups_fill_in_what_the_record_lacks():
    """What a source may fill in are the two names of a group."""
    assert {"AcdGroupsName", "AcdGroupsForeignSystemID"} == {field.name for field in JTEL_FIELDS if field.of_group}

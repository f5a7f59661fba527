"""Which field of a Case takes the record that jtel's IVR found."""

import pytest

from app.domain.callback import Callback
from app.mapping.related import describe_related, related_field
from tests.payload.reading import RECEIVED_AT, SOURCE

CONTACT = "003Qy00000A1b2CIAR"


@pytest.mark.parametrize(
    ("record_id", "field", "said"),
    [
        (CONTACT, "ContactId", "contact"),
        ("001Qy00000B9xYzIAJ", "AccountId", "account"),
        ("500Qy00000C7aBc", "ParentId", "case"),
    ],
)
@pytest.mark.parametrize("found", [None, 0, 1, 3])
def test_prefix_tells_the_field(record_id, field, said, found):
    """The first three characters say what the record is: which field links it, and what to call it where none does."""
    callback = callback_with(record_id, found)

    assert (field, record_id) == related_field(callback)
    assert f"{said} {record_id}" == describe_related(callback)


@pytest.mark.parametrize(
    ("record_id", "said"),
    [
        ("00QQy00000D3eFgMAJ", "lead 00QQy00000D3eFgMAJ"),
        ("006Qy00000E5fGhIAJ", "opportunity 006Qy00000E5fGhIAJ"),
        ("a0BQy00000F6gHiMAJ", "record a0BQy00000F6gHiMAJ"),
    ],
)
def test_what_has_no_field_is_named(record_id, said):
    """A record that a Case cannot link is said in words, so that the agent finds it."""
    callback = callback_with(record_id, 1)

    assert related_field(callback) is None
    assert said == describe_related(callback)


@pytest.mark.parametrize("record_id", [CONTACT, "00QQy00000D3eFgMAJ"])
def test_ambiguous_is_not_linked_but_said(record_id):
    """When several records match, none is trusted; the one that jtel named is told along with the doubt."""
    callback = callback_with(record_id, 2)

    said = f"several records match this caller, so none is linked (jtel named {record_id})"

    assert related_field(callback) is None
    assert said == describe_related(callback)


def test_ambiguous_without_id_is_said():
    """When jtel names none of the several records, the doubt is said all the same."""
    assert "several records match this caller, so none is linked" == describe_related(callback_with(None, 2))


def test_nothing_found_is_not_mentioned():
    """Without record there is no link and no word of one."""
    assert related_field(callback_with(None, 0)) is None
    assert describe_related(callback_with(None, 0)) is None


def callback_with(record_id: str | None, found: int | None) -> Callback:
    """A callback of a caller for whom jtel found this."""
    return Callback(SOURCE, "4711", RECEIVED_AT, salesforce_id=record_id, salesforce_query_result=found)

"""Which field of a Case takes the record that jtel's IVR found."""

import pytest

from app.domain.callback import Callback
from app.domain.record import Ref
from app.mapping.case import CaseMapper
from app.mapping.language.template import Render
from app.mapping.summary import describe_related, related_field
from app.mapping.templates import Fields
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


@pytest.mark.parametrize("found", [None, 0, 1, 3])
def test_search_is_for_whom_jtel_did_not_find(found):
    """A ref that looks for the caller by number stays where jtel gave no id."""
    assert {"ContactId": SEARCH, "AccountId": ACCOUNT} == mapped(callback_with(None, found))


@pytest.mark.parametrize("found", [None, 0, 1])
def test_what_jtel_found_goes_before_a_search(found):
    """The id that jtel's IVR found is linked over a search, and no other record is searched for beside it."""
    assert {"ContactId": CONTACT} == mapped(callback_with(CONTACT, found))
    assert {"AccountId": "001Qy00000B9xYzIAJ"} == mapped(callback_with("001Qy00000B9xYzIAJ", found))
    assert {} == mapped(callback_with("00QQy00000D3eFgMAJ", found))


@pytest.mark.parametrize("record_id", [None, CONTACT])
def test_no_search_where_several_match(record_id):
    """When jtel found several, a search would too: only what the rule takes otherwise is left."""
    assert {"AccountId": "001Qy00000Unknown1"} == mapped(callback_with(record_id, 2))


def test_search_stands_for_itself_without_link():
    """A rule that does not link what jtel found searches for every caller."""
    for callback in (callback_with(CONTACT, 1), callback_with(CONTACT, 2), callback_with(None, 0)):
        assert {"ContactId": SEARCH, "AccountId": ACCOUNT} == mapped(callback, link=False)


def test_other_refs_are_not_linked_over():
    """Whatever else a rule sets in a link's field stays."""
    owner = Ref("queue", "B2B Support")

    assert {"ContactId": owner} == mapped(callback_with(CONTACT, 1), ContactId=owner)


def test_a_record_that_is_linked_over_a_search_is_not_named_again():
    """The summary names a record only where no field of the Case says it."""
    fields = Fields({"ContactId": lambda _: SEARCH, "Description": lambda names: str(names["summary"])})
    record = CaseMapper(fields, {"link": True}).map(callback_with(CONTACT, 1))

    assert CONTACT == record.fields["ContactId"]
    assert CONTACT not in str(record.fields["Description"])


SEARCH = Ref("contact", "+4930901820")
ACCOUNT = Ref("account", "+4930901820", otherwise=Ref("contact", "+4930901820", otherwise="001Qy00000Unknown1"))


def mapped(callback: Callback, *, link: bool = True, **values: Ref) -> dict[str, object]:
    """The fields of a Case whose rule searches for the Contact and the Account, or sets `values`."""
    chosen = values or {"ContactId": SEARCH, "AccountId": ACCOUNT}
    fields = Fields({name: _constant(value) for name, value in chosen.items()})
    return dict(CaseMapper(fields, {"link": link}).map(callback).fields)


def _constant(value: Ref) -> Render:
    return lambda _: value


def callback_with(record_id: str | None, found: int | None) -> Callback:
    """A callback of a caller for whom jtel found this."""
    return Callback(SOURCE, "4711", RECEIVED_AT, salesforce_id=record_id, salesforce_query_result=found)

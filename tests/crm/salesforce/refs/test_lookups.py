"""Look-ups of an object of the org's own, by a text and by a number."""

from dataclasses import replace

import pytest

from app.crm.salesforce.refs import Refs
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def contract(rooms: Rooms, sandbox: RunningSandbox) -> str:
    """The id of one; the object is the org's own."""
    sandbox.org("add-object", object="Contract__c")
    sandbox.org("add-field", object="Contract__c", field="Text__c", type="string", length=40)
    sandbox.org("add-field", object="Contract__c", field="Number__c", type="double")
    mark = {"length": 80, "unique": True, "external_id": True}
    sandbox.org("add-field", object="Contract__c", field="jtel_AcdEventsID__c", **mark)
    fields: dict[str, Value] = {"Name": "One", "Text__c": "V-1", "Number__c": 4711}
    return str(rooms.crm.create(Record("Contract__c", fields), "1", Deadline(5)).id)


def resolved(rooms: Rooms, name: str, by: str | None, object_name: str | None, *, is_number: bool = False) -> object:
    ref = Ref("lookup", name, by, object=object_name, is_number=is_number)
    (fields,) = Refs(rooms.client).resolve([Record("Case", {"Contract__c": ref})], Deadline(5))
    return fields if isinstance(fields, CrmError) else fields["Contract__c"]


def test_by_text_and_by_number(rooms: Rooms, contract: str) -> None:
    """Each as Salesforce wants it."""
    assert contract == resolved(rooms, "V-1", "Text__c", "Contract__c")
    assert contract == resolved(rooms, "4711", "Number__c", "Contract__c", is_number=True)


@pytest.mark.parametrize(
    ("name", "by", "object_name", "reason", "said"),
    [
        ("V-2", "Text__c", "Contract__c", Reason.RECORD_NOT_FOUND, "no Contract__c with this Text__c"),
        ("4711", "Number__c", "Contract__c", Reason.PERMISSION_MISSING, "write `value: {number: …}`"),
        ("x", "Gone__c", "Contract__c", Reason.PERMISSION_MISSING, "Let the user read the object and the field"),
        ("x", "Name", "Gone__c", Reason.PERMISSION_MISSING, "Let the user read the object and the field"),
        ("x", None, "Contract__c", Reason.MAPPING_FAILED, "a lookup without the API names of object and by"),
        ("x", "Name = '' OR Name", "Contract__c", Reason.MAPPING_FAILED, "a lookup without the API names"),
        ("x", "Name", None, Reason.MAPPING_FAILED, "a lookup without the API names"),
    ],
)
@pytest.mark.usefixtures("contract")
def test_none(rooms: Rooms, name: str, by: str | None, object_name: str | None, reason: Reason, said: str) -> None:
    """It says what to do."""
    error = resolved(rooms, name, by, object_name)

    assert isinstance(error, CrmError)
    assert reason is error.reason
    assert said in error.message
    assert "V-2" not in error.message


@pytest.mark.parametrize("name", ["1 OR Name != ''", "1e5", "nan", "", "\u0661"])
@pytest.mark.usefixtures("contract")
def test_no_number(rooms: Rooms, name: str) -> None:
    """What a mapper says is a number goes into the query as it is, so it has to be one."""
    error = resolved(rooms, name, "Number__c", "Contract__c", is_number=True)

    assert isinstance(error, CrmError)
    assert Reason.MAPPING_FAILED is error.reason


@pytest.mark.parametrize(
    "ref",
    [
        Ref("lookup", "no id", "Id", object="Account"),
        Ref("lookup", "003Rb0000000001IAB", "Id", object="Contact"),
        Ref("lookup", "no id", "OwnerId", object="Account"),
        Ref("contact", "no id", "AccountId"),
        Ref("open_case", "no id", "ContactId"),
        Ref("account_owner", "003'", "Id"),
    ],
)
def test_no_id(rooms: Rooms, ref: Ref) -> None:
    """A caller's text in the place of an id leads nowhere, and is no trouble of Salesforce that would pause others."""
    quiet = replace(ref, quiet=True)
    loud, silent = Refs(rooms.client).resolve([Record("Case", {"X__c": one}) for one in (ref, quiet)], Deadline(5))

    assert ref.kind == "open_case" or (isinstance(loud, CrmError) and loud.fields == ("X__c",))
    assert {} == silent


def test_several(rooms: Rooms, contract: str) -> None:
    """Of two with the same value neither is taken, and that is told."""
    rooms.crm.create(Record("Contract__c", {"Text__c": "V-1"}), "2", Deadline(5))
    error = resolved(rooms, "V-1", "Text__c", "Contract__c")

    assert isinstance(error, CrmError)
    assert Reason.RECORD_NOT_FOUND is error.reason
    assert "more than one Contract__c with this Text__c" in error.message

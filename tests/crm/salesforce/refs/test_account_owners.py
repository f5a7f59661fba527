"""The owner of the Account that a number, a customer's number or a record leads to."""

import pytest

from app.crm.salesforce.refs import Refs
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox

NORDLICHT, ALPENKRAFT = "001Rb0000000001IAA", "001Rb0000000002IAA"
QUEUE = "00GRb0000000002MAA"


@pytest.fixture
def refs(rooms: Rooms) -> Refs:
    return Refs(rooms.client)


@pytest.fixture
def anna(sandbox: RunningSandbox) -> str:
    """Owns Nordlicht."""
    (row,) = sandbox.query("SELECT Id FROM User WHERE Alias = 'aberger'")
    sandbox.org("edit-record", record=NORDLICHT, OwnerId=row["Id"])
    return str(row["Id"])


def owner(refs: Refs, ref: Ref) -> Value | CrmError:
    (fields,) = refs.resolve([Record("Task", {"OwnerId": ref})], Deadline(5))
    return fields if isinstance(fields, CrmError) else fields["OwnerId"]


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("+4930901820", None),
        ("+491715550101", None),
        ("+49309018221", None),
        ("K-1001", "CustomerNo__c"),
        (NORDLICHT, "Id"),
        ("003Rb0000000001IAA", "Id"),
    ],
)
def test_found(refs: Refs, anna: str, name: str, by: str | None) -> None:
    """By the Account's number or that of its Contacts, also one that they share; by a field; by a record of it."""
    assert anna == owner(refs, Ref("account_owner", name, by))


def test_by_a_case(rooms: Rooms, refs: Refs, anna: str) -> None:
    """A Case leads to the Account that it belongs to."""
    case = rooms.crm.create(Record("Case", {"AccountId": NORDLICHT}), "1", Deadline(5)).id

    assert anna == owner(refs, Ref("account_owner", str(case), "Id"))


def test_inactive_owner(refs: Refs, anna: str, sandbox: RunningSandbox) -> None:
    """Who has left owns nothing new: what the rule has otherwise is taken, or the field says why it is left out."""
    sandbox.org("deactivate-user", user="aberger")
    ref = Ref("account_owner", "+4930901820")
    error = owner(refs, ref)

    assert isinstance(error, CrmError)
    assert Reason.USER_NOT_FOUND is error.reason
    assert "only an inactive owner of the Account with this telephone number" in error.message
    assert QUEUE == owner(refs, Ref(ref.kind, ref.name, otherwise=Ref("queue", "Callbacks")))


def test_several_accounts(refs: Refs, anna: str, sandbox: RunningSandbox) -> None:
    """A number of two Accounts leads to neither, be it at one itself and at a Contact of the other."""
    sandbox.org("edit-record", record=ALPENKRAFT, Phone="0171 5550101")
    error = owner(refs, Ref("account_owner", "+491715550101"))

    assert isinstance(error, CrmError)
    assert Reason.ACCOUNT_NOT_FOUND is error.reason
    assert "more than one Account" in error.message


def test_contacts_that_may_not_be_read(refs: Refs, anna: str, sandbox: RunningSandbox) -> None:
    """Half an answer is none: another Account might have been found."""
    sandbox.org("object-access", user="ringback", object="Contact", access="none")
    error = owner(refs, Ref("account_owner", "+4930901820"))

    assert isinstance(error, CrmError)
    assert Reason.PERMISSION_MISSING is error.reason

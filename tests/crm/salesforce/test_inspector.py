"""What a look at the org sees, and what it costs."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.crm.org import Wanted
from app.crm.salesforce import Client, ClientCredentials, Login, SalesforceInspector, build_http
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.sandbox.salesforce.store import Store, StoredRecord
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox


def test_objects(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Fields with what a value has to be, and record types with whether they are ours."""
    sandbox.org("require-field", object="Case", field="Reason")
    sandbox.org("restrict-picklist", object="Case", field="Origin", values=["Phone"])
    sandbox.org("add-field", object="Case", field="Waited__c", type="double")
    sandbox.org("record-type-access", user="ringback", record_type="Support", available=False)

    case = SalesforceInspector(rooms.client).look(Wanted(("Case",)), Deadline(20)).objects["Case"]

    assert (case.createable, case.readable, case.label, case.plural) == (True, True, "Case", "Cases")
    assert ["Reason"] == [field.name for field in case.fields.values() if field.required]
    origin, key, owner = case.fields["Origin"], case.fields["jtel_AcdEventsID__c"], case.fields["OwnerId"]
    assert (origin.type, origin.values, origin.restricted) == ("picklist", ("Phone",), True)
    assert (key.length, key.external_id, key.unique, key.case_sensitive) == (80, True, True, True)
    assert ("Group", "User") == owner.targets
    assert case.fields["Waited__c"].digits == 18
    assert case.fields["CaseNumber"].computed
    assert case.field("subject") is case.fields["Subject"]
    assert [("Callback", True), ("Support", False)] == [
        (one.developer_name, one.available) for one in case.record_types
    ]


def test_what_rules_name(rooms: Rooms) -> None:
    """Queues with what they own, the users that are asked for, active assignment rules, who we are and where."""
    wanted = Wanted(("Case",), {"alias": frozenset({"aberger", "o'nobody"})}, frozenset({"005Rb0000000004IAA"}), True)

    org = SalesforceInspector(rooms.client).look(wanted, Deadline(20))

    assert {"B2B Support", "Callbacks", "Default Case Queue", "New Leads"} == {queue.name for queue in org.queues}
    assert frozenset({"Case", "Task"}) == next(queue.objects for queue in org.queues if queue.name == "Callbacks")
    assert [("Anna Berger", True), ("Petra Former", False)] == [(user.label, user.active) for user in org.users]
    assert ("Standard",) == org.assignment_rules
    assert ("Ringback Sandbox", "integration@sandbox.example") == (org.name, org.user)


def test_only_what_is_wanted_is_asked(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A look for nothing but an object asks for no queues and no users."""
    org = SalesforceInspector(rooms.client).look(Wanted(("Case",)), Deadline(20))

    assert ((), ()) == (org.queues, org.users)
    assert 2 == org.calls
    assert 1 == sandbox.calls()["logins"]


def test_what_may_not_be_seen(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """It is named, and all else is seen."""
    sandbox.org("object-access", user="ringback", object="Group", access="none")

    org = SalesforceInspector(rooms.client).look(Wanted(("Case", "Nothing__c"), queues=True), Deadline(20))

    assert {"Group", "Nothing__c"} == set(org.refused)
    assert {"Case"} == set(org.objects)


def test_many_queues(tmp_path: Path) -> None:
    """Salesforce hands out 2,000 rows at a time; the others are fetched."""
    database = tmp_path / "sandbox.db"
    with RunningSandbox(database) as sandbox:
        with closing(Store(database)) as store, store.transaction():
            for number in range(2001):
                name = f"00G{number:012}AAA"
                store.save(StoredRecord("Group", name, {"Id": name, "Name": f"Queue {number}", "Type": "Queue"}), [])
        http = build_http(5, sandbox.url)
        login = Login(ClientCredentials("acme.my", "sandbox", "sandbox"), http, "66.0")
        client = Client(login, "66.0", "jtel_AcdEventsID__c")

        org = SalesforceInspector(client).look(Wanted((), queues=True), Deadline(20))

    assert 2005 == len(org.queues)
    assert 2 == org.calls


def test_who_we_are_may_stay_unknown(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """An app whose scopes do not let us ask is none the worse."""
    sandbox.fault("html", share=1, status=403, match="userinfo")

    org = SalesforceInspector(rooms.client).look(Wanted(("Case",)), Deadline(20))

    assert org.user is None
    assert org.objects


@pytest.mark.parametrize("fault", ["html", "empty", "unavailable"])
def test_org_that_cannot_be_looked_at(connect: Callable[..., Rooms], sandbox: RunningSandbox, fault: str) -> None:
    """Half a look is none: it would find fields missing that are there."""
    sandbox.fault(fault, share=1, match="describe")

    with pytest.raises(CrmError):
        SalesforceInspector(connect().client).look(Wanted(("Case",)), Deadline(20))


def test_wrong_secret(connect: Callable[..., Rooms]) -> None:
    """The login's own error comes out."""
    with pytest.raises(CrmError) as raised:
        SalesforceInspector(connect(secret="wrong").client).look(Wanted(("Case",)), Deadline(20))

    assert Reason.LOGIN_REFUSED is raised.value.reason

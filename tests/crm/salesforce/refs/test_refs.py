"""Each kind of ref in a real org: found, missing, several, inactive, and what it costs."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.crm.salesforce.refs import Refs
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox

B2B, CALLBACKS, LEADS = "00GRb0000000001MAA", "00GRb0000000002MAA", "00GRb0000000004MAA"
SHARED_NUMBER = "+49309018221"


@pytest.fixture
def refs(rooms: Rooms) -> Refs:
    return Refs(rooms.client)


def resolve(refs: Refs, ref: Ref, object_name: str = "Case", name: str = "Field__c") -> Value:
    (fields,) = refs.resolve([Record(object_name, {"Subject": "Callback", name: ref})], Deadline(5))
    if isinstance(fields, CrmError):
        raise fields
    assert "Callback" == fields["Subject"]
    return fields[name]


def refused(refs: Refs, ref: Ref, object_name: str = "Case") -> CrmError:
    with pytest.raises(CrmError) as caught:
        resolve(refs, ref, object_name)
    assert ("Field__c",) == caught.value.fields
    assert not caught.value.outcome_unknown
    return caught.value


def queries(sandbox: RunningSandbox) -> int:
    """How many calls have asked the org for something; logins aside."""
    report = sandbox.calls()
    return int(report["total"]) - int(report["logins"])


def id_of(sandbox: RunningSandbox, object_name: str, where: str) -> str:
    (row,) = sandbox.query(f"SELECT Id FROM {object_name} WHERE {where}")
    return str(row["Id"])


@pytest.mark.parametrize("kind", ["queue", "record_type"])
def test_message_repeats_no_words_of_a_caller(refs: Refs, kind: str) -> None:
    """A name that an admin wrote is told; of one that a template made of a caller's words only its shape is."""
    said = refused(refs, Ref(kind, "Anna Zyrkowska", of_caller=True)).message

    assert "Zyrkowska" not in said
    assert "with this name (text of 14 characters)" in said
    assert 'named "Nobody"' in refused(refs, Ref(kind, "Nobody")).message


@pytest.mark.parametrize(
    ("ref", "object_name", "where"),
    [
        (Ref("queue", "B2B Support"), "Group", "DeveloperName = 'B2B_Support'"),
        (Ref("queue", "B2B_Support"), "Group", "DeveloperName = 'B2B_Support'"),
        (Ref("queue", " callbacks "), "Group", "DeveloperName = 'Callbacks'"),
        (Ref("user", "anna.berger"), "User", "LastName = 'Berger'"),
        (Ref("user", "anna.berger", "nickname"), "User", "LastName = 'Berger'"),
        (Ref("user", "aberger", "alias"), "User", "LastName = 'Berger'"),
        (Ref("user", "anna.berger", "federation_id"), "User", "LastName = 'Berger'"),
        (Ref("user", "anna.berger@sandbox.example", "username"), "User", "LastName = 'Berger'"),
        (Ref("user", "anna.berger@sandbox.example", "email"), "User", "LastName = 'Berger'"),
        (Ref("record_type", "Callback"), "RecordType", "Name = 'Callback'"),
        (Ref("contact", "+491715550101"), "Contact", "LastName = 'Neumann'"),
        (Ref("contact", "+49895503317"), "Contact", "LastName = 'Schröder'"),
        (Ref("contact", "+491605550102"), "Contact", "LastName = 'Schröder'"),
        (Ref("contact", "+4940317955"), "Contact", "LastName = 'Çelik'"),
        (Ref("contact", "+491755550103"), "Contact", "LastName = 'Çelik'"),
        (Ref("contact", "+498999216325"), "Contact", "LastName = 'Öztürk'"),
        (Ref("account", "+4930901820"), "Account", "Name LIKE 'Nordlicht%'"),
        (Ref("account", "+4989550330"), "Account", "Name LIKE 'Alpenkraft%'"),
        (Ref("account", "+494031790"), "Account", "Name LIKE 'Hafenlogistik%'"),
        (Ref("account", "K-1002", "CustomerNo__c"), "Account", "Name LIKE 'Alpenkraft%'"),
        (Ref("contact", "P-2001", "CustomerNo__c"), "Contact", "CustomerNo__c = 'P-2001'"),
        (Ref("lookup", "K-1002", "CustomerNo__c", object="Account"), "Account", "Name LIKE 'Alpenkraft%'"),
        (Ref("lookup", "henrik@sommer.example", "Email", object="Lead"), "Lead", "LastName = 'Sommer'"),
    ],
    ids=str,
)
def test_found(refs: Refs, sandbox: RunningSandbox, ref: Ref, object_name: str, where: str) -> None:
    """Exactly one is found by what the rule says it is known by; numbers in whatever way they were typed in."""
    assert id_of(sandbox, object_name, where) == resolve(refs, ref)


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        (Ref("queue", "No such"), Reason.QUEUE_NOT_FOUND),
        (Ref("queue", "Everyone in Support"), Reason.QUEUE_NOT_FOUND),
        (Ref("queue", "New Leads"), Reason.QUEUE_NOT_FOUND),
        (Ref("user", "nobody"), Reason.USER_NOT_FOUND),
        (Ref("user", "anna.berger", "alias"), Reason.USER_NOT_FOUND),
        (Ref("record_type", "No such"), Reason.RECORD_TYPE_NOT_FOUND),
        (Ref("contact", "+4930123456789"), Reason.CONTACT_NOT_FOUND),
        (Ref("account", "+4930123456789"), Reason.ACCOUNT_NOT_FOUND),
        (Ref("account", "+4930901820", "CustomerNo__c"), Reason.ACCOUNT_NOT_FOUND),
        (Ref("account", "' OR Name LIKE '%", "CustomerNo__c"), Reason.ACCOUNT_NOT_FOUND),
        (Ref("account_owner", "+4930123456789"), Reason.ACCOUNT_NOT_FOUND),
        (Ref("account_owner", "K-9", "CustomerNo__c"), Reason.ACCOUNT_NOT_FOUND),
        (Ref("account_owner", "003Rb0000000005IAA", "Id"), Reason.ACCOUNT_NOT_FOUND),
        (Ref("lookup", "K-9", "CustomerNo__c", object="Account"), Reason.RECORD_NOT_FOUND),
        (Ref("lookup", "' OR Name LIKE '%", "CustomerNo__c", object="Account"), Reason.RECORD_NOT_FOUND),
    ],
    ids=str,
)
def test_none(refs: Refs, ref: Ref, reason: Reason) -> None:
    """None is an error of that field, and says that there is none."""
    error = refused(refs, ref)

    assert reason is error.reason
    assert error.message.startswith("fields.Field__c: The org has no ")


def test_several_queues(refs: Refs, sandbox: RunningSandbox) -> None:
    """Two queues of one name: neither is taken."""
    sandbox.org("rename-queue", queue="Callbacks", name="B2B Support")

    assert "more than one queue" in refused(refs, Ref("queue", "B2B Support")).message


def test_several_users(refs: Refs, sandbox: RunningSandbox) -> None:
    """Two active users of one alias: neither is taken."""
    sandbox.org("edit-record", record=id_of(sandbox, "User", "LastName = 'Weiß'"), Alias="aberger")

    assert "more than one user with this Alias" in refused(refs, Ref("user", "aberger", "alias")).message


def test_several_record_types(refs: Refs, sandbox: RunningSandbox) -> None:
    """Two record types of one name: neither is taken."""
    sandbox.org("edit-record", record=id_of(sandbox, "RecordType", "Name = 'Support'"), Name="Callback")

    assert "more than one record type" in refused(refs, Ref("record_type", "Callback")).message


def test_several_contacts(refs: Refs) -> None:
    """A telephone that two people share tells neither."""
    error = refused(refs, Ref("contact", SHARED_NUMBER))

    assert Reason.CONTACT_NOT_FOUND is error.reason
    assert "more than one Contact" in error.message


def test_several_accounts(refs: Refs, sandbox: RunningSandbox) -> None:
    """Two companies with one number, each in a spelling of its own: neither is taken."""
    sandbox.org("edit-record", record=id_of(sandbox, "Account", "Name LIKE 'Alpen%'"), Phone="030/90182-0")

    assert "more than one Account" in refused(refs, Ref("account", "+4930901820")).message


@pytest.mark.parametrize("by", ["nickname", "username"])
def test_inactive_user(refs: Refs, by: str) -> None:
    """A user who is no longer active counts as none, and the message says why."""
    name = {"nickname": "petra.former", "username": "petra.former@sandbox.example"}[by]
    error = refused(refs, Ref("user", name, by))

    assert Reason.USER_NOT_FOUND is error.reason
    assert "only an inactive user" in error.message


def test_inactive_user_does_not_hide_the_active_one(refs: Refs, sandbox: RunningSandbox) -> None:
    """Of an active and an inactive user with one alias the active one is meant."""
    jonas = id_of(sandbox, "User", "LastName = 'Weiß'")
    sandbox.org("edit-record", record=id_of(sandbox, "User", "LastName = 'Former'"), Alias="jweiss")

    assert jonas == resolve(refs, Ref("user", "jweiss", "alias"))


def test_inactive_record_type(refs: Refs, sandbox: RunningSandbox) -> None:
    """An inactive record type counts as none, and the message says why."""
    sandbox.org("deactivate-record-type", record_type="Callback")

    assert "only an inactive record type of Case" in refused(refs, Ref("record_type", "Callback")).message


def test_of_the_records_own_object(refs: Refs) -> None:
    """Record types and queues are those of the object that the record is of."""
    assert LEADS == resolve(refs, Ref("queue", "New Leads"), "Lead")
    assert Reason.RECORD_TYPE_NOT_FOUND is refused(refs, Ref("record_type", "Callback"), "Lead").reason


@pytest.mark.parametrize(
    "name", ["' OR Name != '", "\\", "\\' OR Name != \\'", "100%", "a_b", "a\nb\tc\rd", '"', "ä'ß", "\0", "%27", "+"]
)
@pytest.mark.parametrize("kind", ["queue", "user", "record_type", "contact", "account"])
def test_names_cannot_change_the_query(refs: Refs, kind: str, name: str) -> None:
    """Whatever stands in a name, it is only looked for, and found nowhere."""
    assert "The org has no" in refused(refs, Ref(kind, name)).message


@pytest.mark.parametrize("name", ['It\'s 100% \\ "B2B"', "a\\'b", "%", "Rück_ruf + Söhne & Co"])
def test_odd_names_are_found(refs: Refs, sandbox: RunningSandbox, name: str) -> None:
    """A name with characters that mean something in SOQL or in an address finds its queue, and user, and no other."""
    sandbox.org("rename-queue", queue="B2B Support", name=name)
    sandbox.org("edit-record", record=id_of(sandbox, "User", "LastName = 'Berger'"), CommunityNickname=name)

    assert B2B == resolve(refs, Ref("queue", name))
    assert id_of(sandbox, "User", "LastName = 'Berger'") == resolve(refs, Ref("user", name))


@pytest.mark.parametrize("kind", ["queue", "user", "record_type", "contact", "account"])
@pytest.mark.parametrize("name", ["", "  ", "x" * 513])
def test_no_name_at_all_costs_nothing(refs: Refs, sandbox: RunningSandbox, kind: str, name: str) -> None:
    """What no record can be called is missing without a call."""
    assert "The org has no" in refused(refs, Ref(kind, name)).message
    assert 0 == queries(sandbox)


@pytest.mark.parametrize(
    "ref", [Ref("user", "+4930901234567"), Ref("contact", "+4930901234567"), Ref("account", "+4930901234567")], ids=str
)
def test_no_value_of_the_caller_is_told(refs: Refs, ref: Ref) -> None:
    """What may be a caller's is told by its shape; of a queue's name, too, long digits are left out."""
    assert "text of 14 characters" in refused(refs, ref).message
    assert "901234567" not in refused(refs, ref).message
    assert "901234567" not in refused(refs, Ref("queue", ref.name)).message
    assert '"B2B"' in refused(refs, Ref("queue", "B2B")).message


@pytest.mark.parametrize("wrong", [Ref("que", "x"), Ref("user", "x", "mail"), Ref("queue", "x", "alias")], ids=str)
def test_unknown_kind(refs: Refs, sandbox: RunningSandbox, wrong: Ref) -> None:
    """A mapper that makes up a kind of ref is told so, for that field."""
    assert Reason.MAPPING_FAILED is refused(refs, wrong).reason
    assert 0 == queries(sandbox)


def test_otherwise(refs: Refs, sandbox: RunningSandbox) -> None:
    """Where none or several are found the next one is taken: another ref or a plain value."""
    nobody = Ref("user", "nobody", otherwise=Ref("contact", SHARED_NUMBER, otherwise=Ref("queue", "Callbacks")))

    assert CALLBACKS == resolve(refs, nobody)
    assert "nobody" == resolve(refs, Ref("user", "nobody", otherwise="nobody"))
    assert Reason.CONTACT_NOT_FOUND is refused(refs, Ref("user", "nobody", otherwise=Ref("contact", "+4930"))).reason


def test_quiet(refs: Refs, sandbox: RunningSandbox) -> None:
    """Where nothing is wanted if none is found the field is not sent, also behind another; nobody is told."""
    nobody = Ref("contact", "+4930", quiet=True)
    wanted: dict[str, Value] = {
        "Subject": "Callback",
        "ContactId": nobody,
        "OwnerId": Ref("user", "nobody", otherwise=nobody),
    }
    (fields,) = refs.resolve([Record("Case", wanted)], Deadline(5))
    (error,) = refs.resolve([Record("Case", wanted, frozenset({"ContactId"}))], Deadline(5))

    assert {"Subject": "Callback"} == fields
    assert isinstance(error, CrmError)
    assert ("ContactId",) == error.fields
    assert 1 == queries(sandbox)


def test_otherwise_is_not_looked_up_in_vain(refs: Refs, sandbox: RunningSandbox) -> None:
    """Who is found needs no other."""
    resolve(refs, Ref("user", "anna.berger", otherwise=Ref("queue", "No such")))

    assert 1 == queries(sandbox)


def test_costs_one_call_and_then_none(refs: Refs, sandbox: RunningSandbox) -> None:
    """A new value costs one call, found or not; a value that was asked for before costs none."""
    for _ in range(3):
        resolve(refs, Ref("queue", "B2B Support"))
        refused(refs, Ref("contact", "+4930123456789"))

    assert 2 == queries(sandbox)


def test_five_new_values_in_one_call(refs: Refs, sandbox: RunningSandbox) -> None:
    """A record with five refs that are all new costs one call, one with six two."""
    five: dict[str, Value] = {
        "OwnerId": Ref("queue", "B2B Support"),
        "Agent__c": Ref("user", "anna.berger"),
        "RecordTypeId": Ref("record_type", "Callback"),
        "ContactId": Ref("contact", "+491715550101"),
        "AccountId": Ref("account", "+4930901820"),
    }
    (fields,) = refs.resolve([Record("Case", five)], Deadline(5))
    first = queries(sandbox)
    more = {f"Field{number}__c": Ref("user", f"nobody{number}") for number in range(6)}
    (error,) = refs.resolve([Record("Case", more)], Deadline(5))

    assert not isinstance(fields, CrmError)
    assert ["00G", "005", "012", "003", "001"] == [str(value)[:3] for value in fields.values()]
    assert isinstance(error, CrmError)
    assert set(more) == set(error.fields)
    assert [1, 3] == [first, queries(sandbox)]


def test_many_records_share_their_calls(refs: Refs, sandbox: RunningSandbox) -> None:
    """Two hundred records of one queue and ten callers ask for eleven values in three calls; each has its answer."""
    records = [
        Record("Case", {"OwnerId": Ref("queue", "Callbacks"), "ContactId": Ref("contact", f"+49309012300{turn % 10}")})
        for turn in range(200)
    ]
    results = refs.resolve(records, Deadline(5))

    assert 200 == sum(isinstance(one, CrmError) and one.fields == ("ContactId",) for one in results)
    assert 3 == queries(sandbox)


def test_threads_share_their_call(refs: Refs, sandbox: RunningSandbox) -> None:
    """Thirty-two callbacks at once of a new caller cost one call."""
    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(lambda _: resolve(refs, Ref("contact", "+491715550101")), range(32)))

    assert 1 == len(set(found))
    assert 1 == queries(sandbox)


def test_missing_is_forgotten_sooner(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A queue that has just been made is found after the short time, while what was found is still remembered."""
    refs = Refs(rooms.client, found_for=600, missing_for=0.2)
    resolve(refs, Ref("queue", "B2B Support"))
    refused(refs, Ref("queue", "Brand New"))
    sandbox.org("rename-queue", queue="Callbacks", name="Brand New")
    still = refused(refs, Ref("queue", "Brand New"))
    time.sleep(0.25)

    assert Reason.QUEUE_NOT_FOUND is still.reason
    assert CALLBACKS == resolve(refs, Ref("queue", "Brand New"))
    before = queries(sandbox)
    resolve(refs, Ref("queue", "B2B Support"))
    assert before == queries(sandbox)


def test_found_is_forgotten_in_the_end(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A queue that was renamed is missed after the long time."""
    refs = Refs(rooms.client, found_for=0.2)
    resolve(refs, Ref("queue", "B2B Support"))
    sandbox.org("rename-queue", queue="B2B Support", name="Another")
    time.sleep(0.25)

    assert Reason.QUEUE_NOT_FOUND is refused(refs, Ref("queue", "B2B Support")).reason


@pytest.mark.parametrize("together", [False, True])
def test_what_may_not_be_read(refs: Refs, sandbox: RunningSandbox, together: bool) -> None:
    """A field or object that the user may not look in is that field's trouble, says who grants it, and `otherwise`
    serves."""
    sandbox.org("field-access", user="ringback", object="Contact", field="HomePhone", access="none")
    sandbox.org("object-access", user="ringback", object="Account", access="none")
    wanted: dict[str, Value] = {"ContactId": Ref("contact", "+491715550101")}
    if together:
        wanted |= {"AccountId": Ref("account", "+4930901820"), "OwnerId": Ref("queue", "B2B Support")}
    (error,) = refs.resolve([Record("Case", wanted)], Deadline(5))

    assert isinstance(error, CrmError)
    assert (Reason.PERMISSION_MISSING, set(wanted) - {"OwnerId"}) == (error.reason, set(error.fields))
    assert "permission set Ringback" in error.message
    assert B2B == resolve(refs, Ref("contact", "+491715550101", otherwise=Ref("queue", "B2B Support")))
    assert Reason.PERMISSION_MISSING is refused(refs, Ref("contact", "+491715550101", quiet=True)).reason


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"name": "daily_limit"}, Reason.API_LIMIT),
        ({"name": "unavailable"}, Reason.CRM_UNAVAILABLE),
        ({"name": "html", "status": 200}, Reason.CRM_ANSWER_UNREADABLE),
        ({"name": "error", "code": "UNKNOWN_EXCEPTION", "status": 500, "message": "x", "level": "record"}, None),
    ],
)
@pytest.mark.parametrize("together", [False, True])
def test_trouble_is_no_answer(
    refs: Refs, sandbox: RunningSandbox, fault: dict[str, Any], reason: Reason | None, together: bool
) -> None:
    """When Salesforce cannot be asked nothing is dropped and nothing remembered; surely nothing was written."""
    sandbox.fault(share=1, match="query" if fault["name"] == "error" else "/services/data", **fault)
    wanted: dict[str, Value] = {"OwnerId": Ref("queue", "B2B Support", otherwise="not this")}
    if together:
        wanted |= {"Agent__c": Ref("user", "anna.berger")}
    (error,) = refs.resolve([Record("Case", wanted)], Deadline(2))
    sandbox.clear_faults()

    assert isinstance(error, CrmError)
    assert (reason or Reason.CRM_UNAVAILABLE, (), False) == (error.reason, error.fields, error.outcome_unknown)
    assert B2B == resolve(refs, Ref("queue", "B2B Support"))


def test_connection_that_breaks_is_tried_again(refs: Refs, sandbox: RunningSandbox) -> None:
    """Looking up harms nothing, so that a broken connection is tried again at once, for one value and for several."""
    sandbox.fault("reset_after", next=1, match="query")
    resolve(refs, Ref("queue", "B2B Support"))
    sandbox.fault("reset_after", next=1, match="composite")
    several: dict[str, Value] = {"OwnerId": Ref("queue", "Callbacks"), "Agent__c": Ref("user", "anna.berger")}

    assert not isinstance(refs.resolve([Record("Case", several)], Deadline(5))[0], CrmError)


@pytest.mark.parametrize("together", [False, True])
def test_what_has_gone_since_is_looked_up_anew(
    connect: Callable[..., Rooms], sandbox: RunningSandbox, together: bool
) -> None:
    """A user who was found and has been deactivated since is missed by the next record, which goes to the queue."""
    rooms = connect(pace=0)
    owner = Ref("user", "anna.berger", otherwise=Ref("queue", "Callbacks"))
    rooms.crm.create(Record("Case", {"OwnerId": owner}), "default-1", Deadline(5))
    sandbox.org("deactivate-user", user="aberger")
    if together:
        rooms.crm.create_many([(Record("Case", {"OwnerId": owner}), "default-2")], Deadline(5))
    rooms.crm.create(Record("Case", {"OwnerId": owner}), "default-2", Deadline(5))

    owners = sandbox.query("SELECT Owner.Name FROM Case ORDER BY jtel_AcdEventsID__c")

    assert ["Anna Berger", "Callbacks"] == [row["Owner"]["Name"] for row in owners]

"""What a caller says arrives letter by letter, also where a composite call would read it as a reference."""

from typing import Any

import pytest

from app.crm.mark import Mark
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value, Written
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.internet import Answer, Internet
from tests.support.sandbox import RunningSandbox
from tests.support.texts import LIKE_REFERENCES, REFERENCES

TEXTS = [*REFERENCES, *LIKE_REFERENCES]
REFERENCE = "@{record.id}"
CASES = "SELECT Id, CaseNumber, Subject, Description, SuppliedName, Owner.Name, jtel_AcdEventsID__c FROM Case"
CREATE = "POST /services/data/v66.0/sobjects/Case"
COLLECTION = "POST /services/data/v66.0/composite/sobjects"


def create(rooms: Rooms, **fields: Value) -> Written:
    return rooms.crm.create(Record("Case", {"Subject": REFERENCE, **fields}), "default-1", Deadline(5))


def create_many(rooms: Rooms, *subjects: str, **fields: Value) -> list[Written | CrmError]:
    records = [
        (Record("Case", {"Subject": subject, **fields}), f"default-{place}") for place, subject in enumerate(subjects)
    ]
    return rooms.crm.create_many(records, Deadline(10))


def cases(sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
    return {row["jtel_AcdEventsID__c"]: row for row in sandbox.query(CASES)}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("field", ["Subject", "Description", "SuppliedName"])
def test_alone(rooms: Rooms, sandbox: RunningSandbox, field: str, text: str) -> None:
    """Whatever the text and the field, the Case has it as it was said, and its id and number are told."""
    written = create(rooms, **{"Subject": "Callback", field: text})
    case = cases(sandbox)["default-1"]

    assert text == case[field]
    assert (case["Id"], case["CaseNumber"], True) == (written.id, written.number, written.created)
    assert written.org_id


@pytest.mark.parametrize("text", TEXTS)
def test_together(rooms: Rooms, sandbox: RunningSandbox, text: str) -> None:
    """In a batch, too, whoever else is in it: each has its id and number, and one that was there is found."""
    first = create_many(rooms, "Before")
    results = create_many(rooms, "Again", text, "Callback")
    known = cases(sandbox)

    assert ["Before", text, "Callback"] == [known[f"default-{place}"]["Subject"] for place in range(3)]
    assert [(one["Id"], one["CaseNumber"]) for _, one in sorted(known.items())] == [
        (one.id, one.number) for one in results if isinstance(one, Written)
    ]
    assert [True, False, True, True] == [one.created for one in [*first, *results] if isinstance(one, Written)]


@pytest.mark.parametrize("text", TEXTS)
def test_comment(rooms: Rooms, sandbox: RunningSandbox, text: str) -> None:
    """A comment, too, and it is not written twice."""
    case_id = str(create(rooms).id)
    for _ in range(2):
        rooms.crm.comment(case_id, text, Mark("[1]"), Deadline(5))
    (comment,) = sandbox.query("SELECT ParentId, CommentBody FROM CaseComment")

    assert (case_id, f"{text}\n[1]") == (comment["ParentId"], comment["CommentBody"])


def test_comment_is_refused(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """What Salesforce has against such a comment is told as for any other."""
    case_id = str(create(rooms).id)
    sandbox.fault("error", next=1, code="INSUFFICIENT_ACCESS_OR_READONLY", match="CaseComment")
    with pytest.raises(CrmError) as refused:
        rooms.crm.comment(case_id, REFERENCE, Mark("[1]"), Deadline(5))

    assert (Reason.PERMISSION_MISSING, False) == (refused.value.reason, refused.value.outcome_unknown)


def test_what_stands_in_for_a_ref(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A text that is written where a ref leads nowhere is one like any other."""
    create(rooms, Subject="Callback", SuppliedName=Ref("user", "nobody", otherwise=REFERENCE))

    assert REFERENCE == cases(sandbox)["default-1"]["SuppliedName"]


@pytest.mark.parametrize("owner", [None, Ref("queue", "B2B Support")])
@pytest.mark.parametrize("together", [False, True])
def test_headers(rooms: Rooms, sandbox: RunningSandbox, owner: Ref | None, together: bool) -> None:
    """The owner is kept, or found by the org's rule, and a duplicate rule that only warns refuses nothing."""
    sandbox.org("assignment-rule", queue="Callbacks")
    sandbox.org("duplicate-rule", field="SuppliedName", action="alert")
    fields: dict[str, Value] = {"SuppliedName": "Anna", **({"OwnerId": owner} if owner else {})}
    results = create_many(rooms, REFERENCE, REFERENCE, **fields) if together else [create(rooms, **fields)]

    assert all(isinstance(one, Written) and one.created for one in results)
    assert {"B2B Support" if owner else "Callbacks"} == {one["Owner"]["Name"] for one in cases(sandbox).values()}


@pytest.mark.parametrize(
    ("fields", "reason", "named"),
    [
        ({"Nonsense__c": "x"}, Reason.FIELD_UNKNOWN, ("Nonsense__c",)),
        ({"ContactId": "12345"}, Reason.ID_MALFORMED, ("ContactId",)),
        ({"Origin": REFERENCE}, Reason.PICKLIST_VALUE_REJECTED, ("Origin",)),
        ({"SuppliedEmail": REFERENCE}, Reason.VALUE_INVALID, ("SuppliedEmail",)),
        ({"ParentId": "500Rb0000000099IAA"}, Reason.REFERENCE_NOT_FOUND, ("ParentId",)),
        ({"Calls__c": f"{REFERENCE} x"}, Reason.VALUE_INVALID, ("Calls__c",)),
    ],
)
@pytest.mark.parametrize("together", [False, True])
def test_refused(
    rooms: Rooms,
    sandbox: RunningSandbox,
    fields: dict[str, Value],
    reason: Reason,
    named: tuple[str, ...],
    together: bool,
) -> None:
    """What Salesforce says of the record counts as in a composite call: the reason, and the fields that it means."""
    sandbox.org("restrict-picklist", object="Case", field="Origin", values="Phone")
    sandbox.org("add-field", object="Case", field="Calls__c", type="double")
    if together:
        _, error = create_many(rooms, "Callback", REFERENCE, **fields)
        assert isinstance(error, CrmError)
    else:
        with pytest.raises(CrmError) as raised:
            create(rooms, **fields)
        error = raised.value

    assert (reason, named, False) == (error.reason, error.fields, error.outcome_unknown)


@pytest.mark.parametrize("together", [False, True])
def test_answer_is_lost(rooms: Rooms, sandbox: RunningSandbox, together: bool) -> None:
    """When the answer does not arrive, the Case is found by its unique id, and there is one."""
    sandbox.fault("reset_after", next=1, match=COLLECTION if together else CREATE)
    if together:
        lost = create_many(rooms, REFERENCE)
        assert [(Reason.CRM_CONNECTION_LOST, True)] == [
            (one.reason, one.outcome_unknown) for one in lost if isinstance(one, CrmError)
        ]
        sandbox.clear_faults()
        (written,) = create_many(rooms, REFERENCE)
    else:
        written = create(rooms)
    ((_, case),) = cases(sandbox).items()

    assert isinstance(written, Written)
    assert (case["Id"], case["CaseNumber"], False) == (written.id, written.number, written.created)
    assert written.in_doubt is not together


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"name": "daily_limit"}, Reason.API_LIMIT),
        ({"name": "maintenance", "status": 503}, Reason.CRM_MAINTENANCE),
        ({"name": "lock", "status": 400}, Reason.RECORD_LOCKED),
    ],
)
def test_trouble_of_the_call(rooms: Rooms, sandbox: RunningSandbox, fault: dict[str, Any], reason: Reason) -> None:
    """What happens to the call is told as that, and nothing is written."""
    sandbox.fault(next=1, match=CREATE, **fault)
    with pytest.raises(CrmError) as raised:
        create(rooms)

    assert (reason, ()) == (raised.value.reason, raised.value.fields)
    assert {} == cases(sandbox)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
@pytest.mark.parametrize(
    "body",
    [
        {"errorCode": "BLOCKED"},
        {"errorCode": "INVALID_FIELD", "message": "No such column 'Subject'", "fields": ["Subject"]},
        {"statusCode": "REQUIRED_FIELD_MISSING", "message": "Not allowed"},
        [{"errorCode": "BLOCKED_BY_POLICY", "message": "Template injection"}],
        [{"code": "INVALID_FIELD"}],
        "<html>",
    ],
    ids=["object", "known code", "status code", "list", "no code", "page"],
)
@pytest.mark.parametrize("call", ["create", "together", "comment"])
def test_proxy_that_minds_the_text(real: Rooms, internet: Internet, call: str, body: Any, status: int) -> None:
    """What a proxy says of such a text, be it JSON, refuses no record: that waits."""
    internet.answers = lambda asked: Answer(status, body) if "/sobjects" in asked.path else None
    try:
        if call == "comment":
            real.crm.comment("500000000000001AAA", REFERENCE, Mark("[1]"), Deadline(5))
        elif call == "create":
            create(real)
        (error,) = create_many(real, REFERENCE)
    except CrmError as raised:
        error = raised

    assert isinstance(error, CrmError)
    assert (Reason.CALL_REFUSED, (), False) == (error.reason, error.fields, error.permanent)


def test_number_cannot_be_read_in_time(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """The Case is told without it, and before the deadline."""
    sandbox.fault("hang", share=1, seconds=30, match="GET /services/data/v66.0/sobjects/Case/5")
    deadline = Deadline(3)
    written = rooms.crm.create(Record("Case", {"Subject": REFERENCE}), "default-1", deadline)
    left = deadline.remaining()
    sandbox.clear_faults()

    assert (cases(sandbox)["default-1"]["Id"], None, True) == (written.id, written.number, written.created)
    assert left > 0


def test_numbers_cannot_be_read(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """The Cases of a batch are told without them; one that was there is left to be asked for alone."""
    create_many(rooms, "Before")
    sandbox.fault("error", share=1, match="/query?", level="record", code="QUERY_TIMEOUT", status=400, message="Late")
    results = create_many(rooms, "Again", REFERENCE)
    sandbox.clear_faults()
    known = cases(sandbox)

    assert [(known["default-1"]["Id"], None, True)] == [
        (one.id, one.number, one.created) for one in results if isinstance(one, Written)
    ]
    assert [True] == [one.shared for one in results if isinstance(one, CrmError)]


def test_kept_apart(rooms: Rooms) -> None:
    """Who sends many keeps apart what goes by plain calls, also where it stands in for a ref."""
    plain = Record("Case", {"Subject": REFERENCE})
    behind = Record("Case", {"ContactId": Ref("contact", "1", otherwise=Ref("contact", "2", otherwise=REFERENCE))})
    usual = [Record("Case", {"Subject": text}) for text in LIKE_REFERENCES]
    owned = Record("Case", {"Subject": REFERENCE, "OwnerId": Ref("queue", "Callbacks")})

    assert rooms.crm.group(plain) == rooms.crm.group(behind)
    assert 1 == len({rooms.crm.group(one) for one in usual})
    assert 3 == len({rooms.crm.group(one) for one in (plain, usual[0], owned)})


def test_names_that_are_looked_up(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A name that a composite call would not leave as it is, is asked for by a call of its own."""
    refs = {
        "ContactId": Ref("contact", "@{query1.records[0].Id}", by="LastName"),
        "AccountId": Ref("account", "K-1001", by="CustomerNo__c"),
        "OwnerId": Ref("queue", "B2B Support"),
    }
    with pytest.raises(CrmError) as missing:
        rooms.crm.resolve(Record("Case", refs), Deadline(5))
    asked = [call for call in sandbox.calls()["counts"] if "services/data" in str(call)]

    assert (Reason.CONTACT_NOT_FOUND, ("ContactId",)) == (missing.value.reason, missing.value.fields)
    assert 2 == len(asked), asked

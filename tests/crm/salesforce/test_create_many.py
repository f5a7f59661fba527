"""Creating many records in one call: each with its own result and its number."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.crm.salesforce import SalesforceCrm
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value, Written
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.internet import TOKEN_PATH, Answer, Internet, redirect
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox

# The longest that a source's name and an event's id come to.
LONG = "a-source-of-20-chars-" + "9" * 59


def create_many(rooms: Rooms, *records: tuple[Record, str]) -> list[Written | CrmError]:
    return rooms.crm.create_many(records, Deadline(PATIENCE))


def case(external_id: str, **fields: Value) -> tuple[Record, str]:
    return Record("Case", {"Subject": "Callback", **fields}), external_id


def numbers(sandbox: RunningSandbox) -> dict[str, tuple[str, str]]:
    """Id and number of each Case by its external id."""
    rows = sandbox.query("SELECT Id, CaseNumber, jtel_AcdEventsID__c FROM Case")
    return {row["jtel_AcdEventsID__c"]: (row["Id"], row["CaseNumber"]) for row in rows}


def told(results: list[Written | CrmError]) -> list[Any]:
    return [(one.id, one.number) if isinstance(one, Written) else one.reason for one in results]


@pytest.mark.parametrize("ids", [[f"default-{n}" for n in range(200)], [f"{LONG[:-3]}{n:03}" for n in range(200)]])
def test_two_hundred_with_their_numbers_in_one_call(rooms: Rooms, sandbox: RunningSandbox, ids: list[str]) -> None:
    """Two hundred records are one API call, which also tells the number of each, however long their ids."""
    create_many(rooms, case("default-first"))
    before = sandbox.calls()["total"]
    results = create_many(rooms, *(case(external_id) for external_id in ids))
    report = sandbox.calls()
    known = numbers(sandbox)

    assert 1 == report["total"] - before
    assert [known[external_id] for external_id in ids] == told(results)
    assert all(isinstance(one, Written) and one.created for one in results)


def test_each_has_its_own_result(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """New ones, one that was there and refused ones of all kinds are told apart; the numbers are the right ones."""
    create_many(rooms, case("default-old"), case("default-'quoted\\'"))
    results = create_many(
        rooms,
        case("default-1"),
        case("default-2", Nonsense__c="x"),
        case("default-old"),
        case("default-3", ContactId="12345"),
        case("default-4", ContactId=Ref("contact", "+4930123456789")),
        case("default-'quoted\\'"),
        case("default-5"),
    )
    known = numbers(sandbox)

    assert [
        known["default-1"],
        Reason.FIELD_UNKNOWN,
        known["default-old"],
        Reason.ID_MALFORMED,
        Reason.CONTACT_NOT_FOUND,
        known["default-'quoted\\'"],
        known["default-5"],
    ] == told(results)
    assert [True, False, False, True] == [one.created for one in results if isinstance(one, Written)]
    assert [("Nonsense__c",), ("ContactId",), ("ContactId",)] == [
        one.fields for one in results if isinstance(one, CrmError)
    ]


def test_one_event_twice_in_a_batch(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Two records of one external id are one Case, which both results name."""
    first, second = create_many(rooms, case("default-1"), case("default-1"))

    assert isinstance(first, Written)
    assert isinstance(second, Written)
    assert (True, False) == (first.created, second.created)
    assert [numbers(sandbox)["default-1"]] * 2 == told([first, second])


@pytest.mark.parametrize(
    "fault",
    [
        {"code": "QUERY_TIMEOUT", "status": 400, "message": "Your query request was running for too long."},
        {"code": "INVALID_FIELD", "status": 400, "message": "No such column 'CaseNumber' on entity 'Case'."},
        {"code": "UNKNOWN_EXCEPTION", "status": 500, "message": "An unexpected error occurred."},
    ],
)
def test_numbers_that_cannot_be_read(rooms: Rooms, sandbox: RunningSandbox, fault: dict[str, Any]) -> None:
    """When the numbers cannot be read the records are created all the same; one that was there is asked for alone."""
    create_many(rooms, case("default-old"))
    sandbox.fault("error", share=1, match="/query?", level="record", **fault)
    results = create_many(rooms, case("default-1"), case("default-old"))
    sandbox.clear_faults()
    known = numbers(sandbox)

    assert [(known["default-1"][0], None), Reason.DUPLICATE_VALUE] == told(results)
    assert isinstance(results[1], CrmError)
    assert results[1].shared


def test_records_that_their_maker_may_not_read(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A user who may not read the number creates records without it."""
    sandbox.org("field-access", user="ringback", object="Case", field="CaseNumber", access="none")
    (result,) = create_many(rooms, case("default-1"))

    assert isinstance(result, Written)
    assert (True, None) == (result.created, result.number)
    assert result.id


@pytest.mark.parametrize("owner", [None, Ref("queue", "B2B Support")])
def test_owner_decides_on_assignment(rooms: Rooms, sandbox: RunningSandbox, owner: Ref | None) -> None:
    """Inside the one call, too, the assignment rules are kept away from records with an owner, and asked for others."""
    sandbox.org("assignment-rule", queue="Callbacks")
    create_many(rooms, *(case(f"default-{n}", **({"OwnerId": owner} if owner else {})) for n in range(2)))

    owners = sandbox.query("SELECT Owner.Name FROM Case")

    assert ["B2B Support" if owner else "Callbacks"] * 2 == [row["Owner"]["Name"] for row in owners]


def test_duplicate_rule_that_warns_does_not_refuse(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A rule of the org that merely warns an agent costs no callback of a batch."""
    sandbox.org("duplicate-rule", field="SuppliedPhone", action="alert")
    results = create_many(rooms, *(case(f"default-{n}", SuppliedPhone="+4930901820") for n in range(2)))

    assert all(isinstance(one, Written) for one in results)


@pytest.mark.parametrize(
    ("fault", "reason", "unknown"),
    [
        ({"name": "reset_after"}, Reason.CRM_CONNECTION_LOST, True),
        ({"name": "html", "status": 200}, Reason.CRM_ANSWER_UNREADABLE, True),
        ({"name": "daily_limit"}, Reason.API_LIMIT, False),
    ],
)
def test_call_that_fails_is_one_trouble(
    rooms: Rooms, sandbox: RunningSandbox, fault: dict[str, Any], reason: Reason, unknown: bool
) -> None:
    """What happens to the call happens to each record of it, told once; whether they may exist is told truly."""
    sandbox.fault(next=9, match="POST /services/data/v66.0/composite", **fault)
    first, second = create_many(rooms, case("default-1"), case("default-2"))

    assert isinstance(first, CrmError)
    assert first is second
    assert (reason, unknown) == (first.reason, first.outcome_unknown)


def test_owner_that_is_not_found_and_not_missed(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Who has no owner in the end is created in a call of its own: for it alone assignment rules run."""
    owner, nobody = (Ref("queue", name, quiet=True) for name in ("B2B Support", "Nobody"))
    results = create_many(
        rooms, case("default-1", OwnerId=owner), case("default-2", OwnerId=nobody), case("default-3", OwnerId=owner)
    )
    rows = sandbox.query("SELECT OwnerId, jtel_AcdEventsID__c FROM Case ORDER BY jtel_AcdEventsID__c")

    assert [True] * 3 == [isinstance(one, Written) and one.created for one in results]
    assert [True, False, True] == [row["OwnerId"] == rows[0]["OwnerId"] for row in rows]


def test_many_new_callers_while_salesforce_is_slow(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Whoever cannot be looked up in time waits, and keeps nobody else from being created; the next batch goes on."""
    records = [
        case(f"default-{n}", ContactId=Ref("contact", f"+493090{n:05}", otherwise="003Rb0000000001IAA"))
        for n in range(60)
    ]
    sandbox.fault("latency", share=1, seconds=0.4, match="composite")
    results = rooms.crm.create_many(records, Deadline(6))
    late = [(record, one) for record, one in zip(records, results, strict=True) if isinstance(one, CrmError)]
    sandbox.clear_faults()

    assert 0 < len(late) < 60
    assert {(Reason.CRM_TIMEOUT, False)} == {(one.reason, one.outcome_unknown) for _, one in late}
    # Of the first call that hangs, and of the next one.
    assert len({id(one) for _, one in late}) <= 2
    assert all(isinstance(one, Written) for one in create_many(rooms, *(record for record, _ in late)))
    assert 60 == len(numbers(sandbox))


def test_other_objects_have_no_number(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Records of an object that has no number are created without asking for one; what was there is asked for alone."""
    sandbox.org(
        "add-field", object="Task", field="jtel_AcdEventsID__c", external_id=True, unique=True, length=80, label="Event"
    )
    task = Record("Task", {"Subject": "Callback"})
    results = create_many(rooms, (task, "default-1"), case("default-1"), (task, "default-1"))

    assert [True, True, False] == [isinstance(one, Written) and one.created for one in results]
    assert [None, numbers(sandbox)["default-1"][1]] == [one.number for one in results if isinstance(one, Written)]
    assert isinstance(results[2], CrmError)
    assert results[2].shared


def test_texts_that_are_too_long(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Each result names its own fields and how much they take; the companions are made."""
    sandbox.org("add-field", object="Case", field="Wish__c", length=10)
    results = create_many(
        rooms,
        case("default-1", Wish__c="x" * 10),
        case("default-2", Wish__c="😀" * 6),
        case("default-3", Subject="x" * 256, Wish__c="x" * 11),
    )

    assert [{}, {"Wish__c": 10}, {"Subject": 255, "Wish__c": 10}] == [
        one.too_long if isinstance(one, CrmError) else {} for one in results
    ]
    assert ["default-1"] == list(numbers(sandbox))


SHARED = [
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CaseTrigger: System.LimitException: Too many SOQL queries: 101", True),
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CaseTrigger: System.LimitException: Apex CPU time limit exceeded", True),
    ("CANNOT_EXECUTE_FLOW_TRIGGER", "The flow failed.", True),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Too many SOQL queries: 101", True),
    ("LIMIT_EXCEEDED", "Too many batch retries in the presence of Apex triggers with partial failures.", True),
    ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", True),
    ("A_CODE_OF_TOMORROW", "Something", True),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Only one at a time.", True),
    ("REQUIRED_FIELD_MISSING", "Required fields are missing: [Reason]", False),
]


@pytest.mark.parametrize(("code", "message", "shared"), SHARED)
def test_words_that_companions_share(
    rooms: Rooms, sandbox: RunningSandbox, code: str, message: str, shared: bool
) -> None:
    """What meets the whole transaction counts for no record that went with others; what names its own does."""
    create_many(rooms, case("default-0"))
    on = {"match": "composite/sobjects", "level": "record", "status": 400}
    sandbox.fault("error", share=1, code=code, message=message, **on)
    results = create_many(rooms, case("default-1"), case("default-2"))

    assert [shared] * 2 == [isinstance(one, CrmError) and one.shared for one in results]


def _part(status: int, body: Any) -> Answer:
    return Answer(body={"compositeResponse": [{"httpStatusCode": status, "body": body}]})


UNEXPECTED = [{"errorCode": "UNKNOWN_EXCEPTION", "message": "An unexpected error occurred."}]
OF_ONE = [
    (Answer(500, UNEXPECTED), Reason.CRM_UNAVAILABLE),
    (Answer(502, "<html>Bad Gateway"), Reason.CRM_UNAVAILABLE),
    (Answer(503, ""), Reason.CRM_UNAVAILABLE),
    (Answer(406, "<html>"), Reason.CRM_UNAVAILABLE),
    (Answer(200, "<html>Blocked"), Reason.CRM_ANSWER_UNREADABLE),
    (Answer(200, {"blocked": True}), Reason.CRM_ANSWER_UNREADABLE),
    (redirect(302, "https://evil.example/"), Reason.CRM_ANSWER_UNREADABLE),
    (Answer(403, "<html>Blocked"), Reason.CALL_REFUSED),
]
PARTS_OF_ONE = [
    (_part(500, UNEXPECTED), Reason.CRM_UNAVAILABLE),
    (_part(200, [{"success": True}]), Reason.CRM_ANSWER_UNREADABLE),
    (_part(200, None), Reason.CRM_ANSWER_UNREADABLE),
]
OF_ALL = [
    (Answer(0), Reason.CRM_CONNECTION_LOST),
    (Answer(seconds=2), Reason.CRM_TIMEOUT),
    (Answer(429, "", (("Retry-After", "60"),)), Reason.CRM_BUSY),
    (Answer(403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests"}]), Reason.API_LIMIT),
]


COMPOSITE, PLAIN = "Callback", "@{record.id}"
WHOLE = [
    *((*one, True, text) for one in OF_ONE for text in (COMPOSITE, PLAIN)),
    *((*one, True, COMPOSITE) for one in PARTS_OF_ONE),
    *((*one, False, text) for one in OF_ALL for text in (COMPOSITE, PLAIN)),
]


@pytest.mark.parametrize(("answer", "reason", "shared", "subject"), WHOLE)
def test_answer_to_the_whole_call(
    real: Rooms, internet: Internet, answer: Answer, reason: Reason, shared: bool, subject: str
) -> None:
    """An answer that one record may have brought upon all counts for none of them; what is no answer meets all."""
    internet.answers = lambda call: answer if "/composite" in call.path else None
    records = [case(f"default-{number}", Subject=subject) for number in range(2)]
    results = real.crm.create_many(records, Deadline(1 if answer.seconds else 10))

    assert [reason] * 2 == told(results)
    assert [shared] * 2 == [isinstance(one, CrmError) and one.shared for one in results]


@pytest.mark.parametrize("status", [403, 503])
def test_call_that_was_not_made(real: Rooms, internet: Internet, status: int) -> None:
    """Where there is no session, or Salesforce wants no calls, no record of those that would have gone is the cause."""
    internet.answers = lambda call: Answer(503, "<html>") if call.path == TOKEN_PATH else None
    no_session = real.crm.create_many([case("default-1")], Deadline(10))
    internet.answers = lambda call: Answer(status, "", (("Retry-After", "60"),)) if call.path != TOKEN_PATH else None
    first = real.crm.create_many([case("default-1")], Deadline(10))
    later = real.crm.create_many([case("default-1")], Deadline(10))

    assert [Reason.CRM_UNAVAILABLE] == told(no_session)
    assert told(first) == told(later)
    assert [False, True, False] == [isinstance(one, CrmError) and one.shared for one in (*no_session, *first, *later)]


def test_success_without_an_id(real: Rooms, internet: Internet) -> None:
    """A record is there only if Salesforce names it; else nobody knows, and it is asked for again."""
    said = [{"success": True, "errors": []}, {"id": None, "success": True, "errors": []}]
    parts = [{"httpStatusCode": 200, "body": said}, {"httpStatusCode": 200, "body": {"records": []}}]
    internet.answers = lambda call: Answer(body={"compositeResponse": parts}) if "composite" in call.path else None
    results = create_many(real, case("default-1"), case("default-2"))

    assert [(Reason.CRM_ANSWER_UNREADABLE, True)] * 2 == [
        (one.reason, one.outcome_unknown) for one in results if isinstance(one, CrmError)
    ]


@pytest.mark.parametrize("text", ["false", "true", 1, None])
def test_mark_that_is_no_boolean(real: Rooms, internet: Internet, text: Any) -> None:
    """Only what Salesforce plainly says counts as unique."""
    field = {"name": "jtel_AcdEventsID__c", "type": "string", "createable": True, "unique": text, "externalId": text}
    described = Answer(body={"name": "Case", "label": "Case", "fields": [field]})
    internet.answers = lambda call: described if call.path.endswith("describe") else None
    crm = SalesforceCrm(real.client)
    (result,) = crm.create_many([case("default-1")], Deadline(5))

    assert isinstance(result, CrmError)
    assert Reason.EXTERNAL_ID_MISSING is result.reason


@pytest.mark.parametrize("text", ["Callback", "Rückruf", "Обратный звонок", "🙂", '"\\'])
def test_size_is_never_less_than_what_is_sent(real: Rooms, internet: Internet, text: str) -> None:
    """Who fills a call by it stays below what a call may hold."""
    owner = Ref("queue", text * 3, otherwise=None)
    records = [Record("Case", {"Subject": text * 20, "Description": text * 900, "Due__c": date(2026, 3, 1)})] * 2
    ids = ["default-" + "9" * 60, "default-" + "8" * 60]
    real.crm.create_many(list(zip(records, ids, strict=True)), Deadline(10))

    assert len(internet.calls[-1].body) <= sum(map(real.crm.size, records))
    assert len(internet.calls[-1].body) > 0.8 * sum(map(real.crm.size, records)) - 1_000
    assert real.crm.size(replace(records[0], fields={**records[0].fields, "OwnerId": owner})) > real.crm.size(
        records[0]
    )

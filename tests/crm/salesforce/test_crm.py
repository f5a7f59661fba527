"""Creating records, each at most once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox


def case(**fields: Value) -> Record:
    return Record("Case", {"Subject": "Callback", **fields})


def create(rooms: Rooms, record: Record, external_id: str = "default-1") -> tuple[str | None, str | None, bool]:
    written = rooms.crm.create(record, external_id, Deadline(5))
    return written.id, written.number, written.created


def test_costs_a_login_and_one_call(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """The first record takes one login and two API calls, since its object is described; the next one, a repeat two."""
    create(rooms, case())
    first = sandbox.calls()
    create(rooms, case(), "default-2")
    second = sandbox.calls()
    create(rooms, case(), "default-2")
    third = sandbox.calls()

    rest = [report["total"] - report["logins"] for report in (first, second, third)]

    assert [1, 1, 1] == [report["logins"] for report in (first, second, third)]
    assert [2, 3, 5] == rest


def test_repeat_finds_the_record(rooms: Rooms) -> None:
    """A record that is there already is found with its id and number, and told apart from a new one."""
    record_id, number, created = create(rooms, case())

    assert created
    assert (record_id, number, False) == create(rooms, case(Subject="another text"))


def test_external_ids_are_quoted(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """An external id with characters that mean something in a URL leads back to its own record and no other."""
    ids = ["default-a/b", "default-a?b", "default-a#b", "default-a", "default-ä b"]
    created = [create(rooms, case(), external_id)[0] for external_id in ids]
    found = [create(rooms, case(), external_id)[0] for external_id in ids]

    assert created == found
    assert len(ids) == len(set(created))


HIDDEN = [
    {"code": "NOT_FOUND", "status": 404, "message": "The requested resource does not exist"},
    {"code": "INSUFFICIENT_ACCESS_OR_READONLY", "status": 403, "message": "insufficient access rights"},
]
MASKED = "duplicate value found: <unknown> duplicates value on record with id: <unknown>"


@pytest.mark.parametrize("hidden", HIDDEN)
def test_record_that_the_user_may_not_see(rooms: Rooms, sandbox: RunningSandbox, hidden: dict[str, Any]) -> None:
    """A record that is there surely but cannot be read waits a quarter of an hour, and says which right is missing."""
    create(rooms, case())
    sandbox.fault("error", share=1, match="GET", level="request", **hidden)
    with pytest.raises(CrmError) as caught:
        create(rooms, case())

    assert (Reason.CASE_NOT_VISIBLE, False) == (caught.value.reason, caught.value.permanent)
    assert 900 == caught.value.wait
    assert "View All" in caught.value.message


@pytest.mark.parametrize("hidden", HIDDEN)
def test_lost_answer_and_a_record_that_may_not_be_seen(
    rooms: Rooms, sandbox: RunningSandbox, hidden: dict[str, Any]
) -> None:
    """Where the second try finds that the record is there but may not be seen, it waits as long as if told at once."""
    create(rooms, case())
    sandbox.fault("reset_after", next=1, match="POST /services/data")
    sandbox.fault("error", share=1, match="GET", level="request", **hidden)
    with pytest.raises(CrmError) as caught:
        create(rooms, case())

    assert (Reason.CRM_CONNECTION_LOST, True) == (caught.value.reason, caught.value.outcome_unknown)
    assert 900 == caught.value.wait


def test_masked_duplicate_is_found(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Where Salesforce does not say which field and record clash, the record is asked for by its external id."""
    record_id, number, _ = create(rooms, case())
    sandbox.fault(
        "error", next=1, match="POST /services/data", code="DUPLICATE_VALUE", status=400, message=MASKED, level="record"
    )

    assert (record_id, number, False) == create(rooms, case())


def test_masked_duplicate_that_the_user_may_not_see(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Where no other field of the record is unique, the clash is surely ours."""
    sandbox.fault(
        "error", next=1, match="POST /services/data", code="DUPLICATE_VALUE", status=400, message=MASKED, level="record"
    )
    with pytest.raises(CrmError) as caught:
        create(rooms, case())

    assert Reason.CASE_NOT_VISIBLE is caught.value.reason


def test_masked_duplicate_of_another_unique_field(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Where the record has another unique field, that may clash: it is named, and tried without."""
    sandbox.org("add-field", object="Case", field="Ticket__c", unique=True, length=20, label="Ticket")
    sandbox.fault(
        "error", next=1, match="POST /services/data", code="DUPLICATE_VALUE", status=400, message=MASKED, level="record"
    )
    with pytest.raises(CrmError) as caught:
        create(rooms, case(Ticket__c="7"))

    assert (Reason.DUPLICATE_VALUE, ("Ticket__c",)) == (caught.value.reason, caught.value.fields)


def test_repeat_without_its_number(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Who may not see the number of the record still finds the record."""
    record_id, _, _ = create(rooms, case())
    sandbox.org("field-access", user="ringback", object="Case", field="CaseNumber", access="none")

    assert (record_id, None, False) == create(rooms, case())


def test_owner_decides_on_assignment(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """With an owner the assignment rules are kept away, without one they are asked for."""
    sandbox.org("assignment-rule", queue="Callbacks")
    create(rooms, case(OwnerId=Ref("queue", "B2B Support")), "default-1")
    create(rooms, case(), "default-2")

    owners = sandbox.query("SELECT Owner.Name FROM Case ORDER BY jtel_AcdEventsID__c")

    assert ["B2B Support", "Callbacks"] == [row["Owner"]["Name"] for row in owners]


@pytest.mark.parametrize("name", ["B2B Support", "B2B_Support"])
def test_queue_is_looked_up_once(rooms: Rooms, sandbox: RunningSandbox, name: str) -> None:
    """A queue is found by its name or developer name; the look-up costs one call, and none from then on."""
    create(rooms, case(OwnerId=Ref("queue", name)), "default-1")
    create(rooms, case(OwnerId=Ref("queue", name)), "default-2")

    calls = [call["path"] for call in sandbox.calls()["calls"]]

    assert 1 == sum("/query" in path for path in calls)


@pytest.mark.parametrize("name", ["No such", "' OR Name != '", "\\", "a\nb"])
def test_unknown_queue(rooms: Rooms, name: str) -> None:
    """A queue that does not exist is named; a name cannot change the query."""
    with pytest.raises(CrmError) as caught:
        create(rooms, case(OwnerId=Ref("queue", name)))

    assert Reason.QUEUE_NOT_FOUND is caught.value.reason


def test_races_make_one_record(connect: Callable[..., Rooms], sandbox: RunningSandbox) -> None:
    """Thirty-two creates of one event at once, over two connections, end with the same record."""
    both = [connect(), connect()]
    with ThreadPoolExecutor(32) as pool:
        made = list(pool.map(lambda turn: create(both[turn % 2], case()), range(32)))

    assert 1 == len({record_id for record_id, _, _ in made})
    assert 1 == sum(created for _, _, created in made)
    assert 1 == len(sandbox.query("SELECT Id FROM Case"))


def test_dates_are_written_in_utc(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A time of any zone arrives as the same moment; a date as the same day."""
    sandbox.org("add-field", object="Case", field="Wanted__c", type="datetime")
    sandbox.org("add-field", object="Case", field="Day__c", type="date")
    when = datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    create(rooms, case(Wanted__c=when, Day__c=date(2026, 7, 1)))

    (found,) = sandbox.query("SELECT Wanted__c, Day__c FROM Case")

    assert {"Wanted__c": "2026-07-01T10:00:00.000+0000", "Day__c": "2026-07-01"} == found

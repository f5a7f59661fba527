"""What the records of one call do to one another on an org with triggers, locks and limits."""

import threading
import time
from typing import Any

import pytest

from app.sandbox.salesforce.faults import CPU_LIMIT, TRIGGER
from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.sandbox import API, RunningSandbox

TRIGGER_FAILED = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
RETRIES = "Too many batch retries in the presence of Apex triggers and partial failures."


def create_many(rest: Rest, *records: dict[str, Any], all_or_none: bool = False) -> list[dict[str, Any]]:
    """The results, in order."""
    body = {
        "allOrNone": all_or_none,
        "records": [{"attributes": {"type": "Case"}, **record} for record in records],
    }
    results: list[dict[str, Any]] = rest.call("POST", "composite/sobjects", body).json()
    return results


def numbered(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{EXTERNAL_ID: f"default-{n}", "Subject": f"Callback {n}", **fields} for n in range(count)]


def said(result: dict[str, Any]) -> tuple[str, str]:
    """Code and message of the one error."""
    (error,) = result["errors"]
    return error["statusCode"], error["message"]


def cases(rest: Rest) -> list[str]:
    return [row[EXTERNAL_ID] for row in rest.query(f"SELECT {EXTERNAL_ID} FROM Case")["records"]]


@pytest.mark.parametrize("most", [1, 2, 4])
@pytest.mark.parametrize("message", [CPU_LIMIT, "CaseTrigger: System.LimitException: Too many DML statements: 151"])
def test_companions_share_the_limits_of_their_triggers(
    rest: Rest, sandbox: RunningSandbox, most: int, message: str
) -> None:
    """Governor limits are those of a transaction: one too many, and all fail with the same words."""
    sandbox.fault("governor_limit", most=most, message=message, share=1)
    results = create_many(rest, *numbered(most + 1))
    assert [said(result) for result in results] == [(TRIGGER_FAILED, message)] * (most + 1)
    assert cases(rest) == []
    assert all(result["success"] for result in create_many(rest, *numbered(most)))
    rest.create(Subject="alone")


@pytest.mark.parametrize("place", [0, 2])
def test_a_trigger_that_stumbles_over_one_record_fails_all(rest: Rest, sandbox: RunningSandbox, place: int) -> None:
    """An exception that a trigger does not catch ends the transaction, with the same words for the innocent."""
    sandbox.fault("trigger", when="SuppliedPhone = '13'", share=1)
    records = numbered(3)
    records[place]["SuppliedPhone"] = "13"
    assert [said(result) for result in create_many(rest, *records)] == [(TRIGGER_FAILED, TRIGGER)] * 3
    innocent = [record for record in records if "SuppliedPhone" not in record]
    assert all(result["success"] for result in create_many(rest, *innocent))
    status, error = rest.refuses("POST", "sobjects/Case", records[place])
    assert (status, error["errorCode"], error["message"]) == (400, TRIGGER_FAILED, TRIGGER)


def test_a_condition_must_be_one(sandbox: RunningSandbox) -> None:
    """A typing error must not look like a trigger that never stumbles."""
    with pytest.raises(AssertionError, match=r"MALFORMED|unexpected|expecting"):
        sandbox.fault("trigger", when="Subject LIKE LIKE")


@pytest.mark.parametrize("composite", [False, True])
def test_each_record_takes_its_time(rest: Rest, sandbox: RunningSandbox, composite: bool) -> None:
    """A call of ten takes longer than a call of one, on top of what every call takes."""
    sandbox.fault("record_time", seconds=0.1, per_record=0.04, share=1)
    took = []
    for count in (1, 10):
        records = [{"attributes": {"type": "Case"}} for _ in range(count)]
        part = {
            "method": "POST",
            "url": f"{API}/composite/sobjects",
            "referenceId": "all",
            "body": {"records": records},
        }
        path, body = ("composite", {"compositeRequest": [part]}) if composite else ("composite/sobjects", part["body"])
        began = time.monotonic()
        assert rest.call("POST", path, body).ok
        took.append(time.monotonic() - began)
    assert took[0] >= 0.14
    assert took[1] >= 0.5
    assert [fault["hits"] for fault in sandbox.faults()] == [2]


@pytest.mark.parametrize("alone", [False, True])
def test_a_parent_that_another_call_holds_is_locked(rest: Rest, sandbox: RunningSandbox, alone: bool) -> None:
    """Writing a child locks its parent. Companions with that parent fail, the others and later ones do not."""
    first, other = (rest.create("Contact", LastName=name) for name in ("Held", "Free"))
    sandbox.fault("parent_lock", seconds=3, next=1)
    holder = threading.Thread(target=rest.create, kwargs={"ContactId": first})
    holder.start()
    while not sandbox.faults()[0]["hits"]:
        time.sleep(0.01)
    sandbox.fault("parent_lock", seconds=0, share=1)
    if alone:
        _, error = rest.refuses("POST", "sobjects/Case", {"ContactId": first})
        told = (error["errorCode"], error["message"])
    else:
        records = [{"ContactId": first}, {"ContactId": other}, {}, {"ContactId": first}]
        results = create_many(rest, *records)
        assert [result["success"] for result in results] == [False, True, True, False]
        told = said(results[0])
    assert told[0] == "UNABLE_TO_LOCK_ROW"
    assert first in told[1]
    holder.join()
    assert all(result["success"] for result in create_many(rest, {"ContactId": first}, {"ContactId": first}))


def test_companions_of_one_that_fails_may_run_out_of_retries(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official (Bulk DML Exception Handling): after the third attempt the whole operation fails with one message."""
    rest.create(**{EXTERNAL_ID: "default-1"})
    assert [result["success"] for result in create_many(rest, *numbered(2))] == [True, False]
    sandbox.fault("batch_retries", share=1)
    late = numbered(4)[1:]
    assert [said(result) for result in create_many(rest, *late)] == [("LIMIT_EXCEEDED", RETRIES)] * 3
    assert sorted(cases(rest)) == ["default-0", "default-1"]
    assert said(create_many(rest, late[0])[0])[0] == "DUPLICATE_VALUE"
    assert all(result["success"] for result in create_many(rest, *late[1:]))


def test_a_call_that_is_too_large_is_refused_as_a_whole(rest: Rest, sandbox: RunningSandbox) -> None:
    """What stands before the org refuses it by its bytes, with a page that says nothing of a record."""
    sandbox.fault("too_large", most=5_000, share=1)
    body = {"records": [{"attributes": {"type": "Case"}, "Description": "x" * 3_000} for _ in range(2)]}
    answer = rest.call("POST", "composite/sobjects", body)
    assert (answer.status_code, answer.content) == (413, b"")
    assert all(result["success"] for result in create_many(rest, {"Description": "x" * 3_000}))
    assert sandbox.faults()[0]["hits"] == 1


def test_all_or_none_is_still_that(rest: Rest, sandbox: RunningSandbox) -> None:
    """None is written, and the innocent are told why."""
    rest.create(**{EXTERNAL_ID: "default-1"})
    results = create_many(rest, *numbered(2), all_or_none=True)
    assert [said(result)[0] for result in results] == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "DUPLICATE_VALUE"]
    assert cases(rest) == ["default-1"]

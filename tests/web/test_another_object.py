"""A rule that makes another object than a Case, from the request to what an operator reads."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

NUMBER = "491715550101"
RULES = """
defaults:
  fields: {Subject: "Callback for {{ callback_number }}", Description: "{{ summary }}", Origin: Phone, Status: New,
    SuppliedPhone: "{{ callback_number }}"}
  require: [Subject]
  merge: 30 min
rules:
  - name: out-of-hours
    when: {requested_at: {not: {within: {mon-fri: "08:00-18:00"}}}}
    object: Task
    fields:
      Subject: "Call {{ callback_number }}"
      Description: "{{ summary }}"
      OwnerId: {account_owner: "{{ callback_number }}", otherwise: {queue: Callbacks}}
      WhoId: {contact: "{{ callback_number }}"}
      WhatId: {open_case: "{{ callback_number }}"}
      Nowhere__c: x
    require: [Subject]
  - name: everyone-else
    fields:
      ParentId: {open_case: "{{ callback_number }}"}
      AccountId: {lookup: Account, by: CustomerNo__c, value: "{{ extra.CustomerNo }}"}
    merge:
"""
MARK = {"length": 80, "unique": True, "external_id": True, "case_sensitive": True}
EVENING, MORNING = {"dtCallEnd": "2026-11-27T20:00:00"}, {"dtCallEnd": "2026-11-27T10:00:00"}


@pytest.fixture(scope="module")
def running(shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRingback]:
    folder = tmp_path_factory.mktemp("tasks")
    (folder / "ringback.yaml").write_text(RULES)
    settings = {"RINGBACK_CONFIG": str(folder / "ringback.yaml")}
    with RunningRingback(shared_sandbox.url, folder / "log", settings) as ringback:
        yield ringback


@pytest.fixture
def org(sandbox: RunningSandbox) -> RunningSandbox:
    """Anna owns the Account of the caller, and Tasks have the external id."""
    sandbox.org("add-field", object="Task", field="jtel_AcdEventsID__c", **MARK)
    (anna,) = sandbox.query("SELECT Id FROM User WHERE Alias = 'aberger'")
    sandbox.org("edit-record", record="001Rb0000000001IAA", OwnerId=anna["Id"])
    return sandbox


def tasks(org: RunningSandbox) -> list[dict[str, Any]]:
    return org.query("SELECT Id, Subject, OwnerId, WhoId, WhatId, Status FROM Task ORDER BY Id")


def test_a_callback_out_of_hours_is_a_task_for_the_account_s_owner(
    running: RunningRingback, org: RunningSandbox, event_id: int
) -> None:
    """On the caller's open Case; the answer says what it is, and so does a repeat. No Case is made."""
    case = running.post({"AcdEventsID": event_id, "CallbackNumber": NUMBER, **MORNING})
    evening = {"AcdEventsID": event_id + 1_000_000, "CallbackNumber": NUMBER, **EVENING}
    answers = [running.post(evening) for _ in range(2)]
    (task,) = tasks(org)
    (anna,) = org.query("SELECT Id FROM User WHERE Alias = 'aberger'")

    assert ["created", "existing"] == [answer.body["status"] for answer in answers]
    assert [("Task", task["Id"])] * 2 == [(answer.body["object"], answer.body["recordId"]) for answer in answers]
    assert not {"caseId", "caseNumber"} & {*answers[0].body, *answers[1].body}
    assert not {"object", "recordId"} & {*case.body}
    assert (anna["Id"], "003Rb0000000001IAA", case.body["caseId"]) == (task["OwnerId"], task["WhoId"], task["WhatId"])
    assert (f"Call +{NUMBER}", "Not Started") == (task["Subject"], task["Status"])
    assert "Nowhere__c" == answers[0].body["dropped"]
    assert 1 == len(org.query("SELECT Id FROM Case"))


def test_the_same_caller_again(running: RunningRingback, org: RunningSandbox, event_id: int) -> None:
    """A Task takes no comment: who asks again gets another; so does a callback that has changed."""
    first = {"AcdEventsID": event_id, "CallbackNumber": NUMBER, "Body": "Now.", **EVENING}
    others: tuple[dict[str, Any], ...] = ({}, {"AcdEventsID": event_id + 1_000_000}, {"Body": "Soon."})
    answers = [running.post({**first, **more}) for more in others]

    assert ["created"] * 3 == [answer.body["status"] for answer in answers]
    assert 3 == len({answer.body["recordId"] for answer in answers}) == len(tasks(org))
    assert [] == org.query("SELECT Id FROM CaseComment")


def test_the_next_case_follows_the_open_one(running: RunningRingback, org: RunningSandbox, event_id: int) -> None:
    """Until that is closed; and what is found by a customer's number is linked, or told if it is not there."""
    callback = {"CallbackNumber": NUMBER, **MORNING}
    first = running.post({"AcdEventsID": event_id, **callback, "CustomerNo": "K-1002"})
    second = running.post({"AcdEventsID": event_id + 1_000_000, **callback, "CustomerNo": "K-9"})
    for answer in (first, second):
        org.org("close-case", case=answer.body["caseId"])
    third = running.post({"AcdEventsID": event_id + 2_000_000, **callback})
    cases = org.query("SELECT ParentId, AccountId FROM Case ORDER BY CaseNumber")

    assert [None, first.body["caseId"], None] == [case["ParentId"] for case in cases]
    assert ["001Rb0000000002IAA", None, None] == [case["AccountId"] for case in cases]
    assert [None, "AccountId", None] == [one.body.get("dropped") for one in (first, second, third)]


def test_without_its_external_id_it_waits(running: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """As a Case does: two Tasks of one callback would be worse."""
    answer = running.post({"AcdEventsID": event_id, "CallbackNumber": NUMBER, **EVENING})

    assert ("queued", "external_id_missing") == (answer.body["status"], answer.body["reason"])
    assert "admin makes" in answer.body["message"]
    assert "(Text, 80, Unique, case-sensitive, External ID)" in answer.body["message"]

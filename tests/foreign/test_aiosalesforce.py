"""aiosalesforce, which has its own retries and error classes, against the sandbox."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
from aiosalesforce import ClientCredentialsFlow, RetryPolicy, Salesforce
from aiosalesforce.exceptions import (
    AuthenticationError,
    AuthorizationError,
    DuplicatesDetectedError,
    MoreThanOneRecordError,
    NotFoundError,
    RequestLimitExceededError,
    SalesforceError,
    ServerError,
)
from aiosalesforce.retries import POLICY_DEFAULT

from tests.foreign.loopback import ORIGIN, SECONDS, Transport
from tests.support.sandbox import RunningSandbox

EXTERNAL_ID = "jtel_AcdEventsID__c"
Answer = TypeVar("Answer")
Do = Callable[[Salesforce], Awaitable[Answer]]


def run(
    sandbox: RunningSandbox, do: Do[Answer], *, retries: bool = False, secret: str = "sandbox", **how: Any
) -> Answer:
    """What `do` gives with a client of its own; with the library's own rules of retrying, but little patience."""
    policy = RetryPolicy(
        POLICY_DEFAULT.response_rules, POLICY_DEFAULT.exception_rules, backoff_base=0.01, backoff_jitter=False
    )

    async def whole() -> Answer:
        async with httpx.AsyncClient(transport=Transport(sandbox.url), timeout=SECONDS) as http:
            auth = ClientCredentialsFlow("sandbox", secret)
            client = Salesforce(http, ORIGIN, auth, retry_policy=policy if retries else RetryPolicy(), **how)
            return await do(client)

    return asyncio.run(whole())


async def rows(salesforce: Salesforce, soql: str, **how: Any) -> list[dict[str, Any]]:
    return [row async for row in salesforce.query(soql, **how)]


def test_create_and_get(sandbox: RunningSandbox) -> None:
    """Client credentials, a new record, and what was made of it; some fields, and by the external id."""

    async def do(salesforce: Salesforce) -> tuple[dict[str, Any], ...]:
        case_id = await salesforce.sobject.create("Case", {"Subject": "Rückruf", EXTERNAL_ID: "1"})
        whole = await salesforce.sobject.get("Case", case_id)
        some = await salesforce.sobject.get("Case", case_id, fields=["Subject"])
        return whole, some, await salesforce.sobject.get("Case", "1", EXTERNAL_ID)

    whole, some, by_key = run(sandbox, do)
    assert ("Rückruf", "New") == (whole["Subject"], whole["Status"])
    assert {"attributes", "Id", "Subject"} == set(some)
    assert whole == by_key


def test_upsert(sandbox: RunningSandbox) -> None:
    """First created, then not; the same id."""

    async def do(salesforce: Salesforce) -> list[Any]:
        data = {EXTERNAL_ID: "77", "Subject": "s"}
        return [await salesforce.sobject.upsert("Case", "77", EXTERNAL_ID, data) for _ in range(2)]

    first, second = run(sandbox, do)
    assert (True, False) == (first.created, second.created)
    assert first.id == second.id


def test_update_and_delete(sandbox: RunningSandbox) -> None:
    """By id and by external id."""

    async def do(salesforce: Salesforce) -> list[Any]:
        for number in "12":
            await salesforce.sobject.create("Case", {EXTERNAL_ID: number})
        case = await salesforce.sobject.get("Case", "1", EXTERNAL_ID)
        await salesforce.sobject.update("Case", case["Id"], {"Status": "Closed"})
        closed = await rows(salesforce, "SELECT Id FROM Case WHERE IsClosed = true")
        await salesforce.sobject.delete("Case", case["Id"])
        await salesforce.sobject.delete("Case", "2", EXTERNAL_ID)
        left = await rows(salesforce, "SELECT Id FROM Case")
        return [closed, left, await rows(salesforce, "SELECT Id FROM Case", include_all_records=True)]

    assert [1, 0, 2] == [len(found) for found in run(sandbox, do)]


def test_query_pages(sandbox: RunningSandbox) -> None:
    """More rows than one answer holds: fetched to the end."""

    async def fill(salesforce: Any, start: int) -> None:
        records = [{"attributes": {"type": "Task"}, "Subject": f"{start + n}"} for n in range(200)]
        address = f"{ORIGIN}/services/data/v60.0/composite/sobjects"
        await salesforce.request("POST", address, json={"records": records})

    async def do(salesforce: Salesforce) -> list[dict[str, Any]]:
        for start in range(0, 2200, 200):
            await fill(salesforce, start)
        return await rows(salesforce, "SELECT Subject FROM Task")

    assert {str(n) for n in range(2200)} == {row["Subject"] for row in run(sandbox, do)}


def test_composite(sandbox: RunningSandbox) -> None:
    """The library's composite requests, with a reference from one to the next."""

    async def do(salesforce: Salesforce) -> tuple[Any, ...]:
        async with salesforce.composite() as composite:
            contact = composite.sobject.create("Contact", {"LastName": "Groß & Klein"})
            case = composite.sobject.create("Case", {"ContactId": str(contact.reference.id)})
            query = composite.query("SELECT ContactId, Contact.Name FROM Case")
            wrong = composite.sobject.create("Case", {"No__c": 1})
        return contact, case, query, wrong

    contact, case, query, wrong = run(sandbox, do)
    assert [201, 201, 200, 400] == [part.status_code for part in (contact, case, query, wrong)]
    assert query.records[0]["ContactId"] == contact.id
    assert query.records[0]["Contact"]["Name"] == "Groß & Klein"
    with pytest.raises(SalesforceError) as caught:
        wrong.raise_for_status()
    assert caught.value.error_code == "INVALID_FIELD"


def test_limits(sandbox: RunningSandbox) -> None:
    """`/limits`, and the usage that the library reads from the header."""
    used: list[int | None] = []

    def note(event: Any) -> None:
        if event.type == "response" and event.consumed is not None:
            used.append(event.consumed)

    limits = run(sandbox, lambda salesforce: salesforce.get_limits(), event_hooks=[note])
    assert {"Max": 15000, "Remaining": 14999} == limits["DailyApiRequests"]
    assert [1] == used


def test_refresh(sandbox: RunningSandbox) -> None:
    """A session that has ended: it logs in again and repeats the call."""

    async def do(salesforce: Salesforce) -> Any:
        await salesforce.get_limits()
        sandbox.org("void-sessions")
        return await salesforce.get_limits()

    assert run(sandbox, do)
    assert sandbox.calls()["logins"] == 2


def case_with(**data: Any) -> Do[Any]:
    return lambda salesforce: salesforce.sobject.create("Case", data)


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        ("lock", {}),
        ("lock", {"status": 500}),
        ("unavailable", {}),
        ("html", {}),
        ("daily_limit", {}),
        ("reset_before", {}),
        ("error", {"code": "UNKNOWN_EXCEPTION"}),
    ],
    ids=["lock", "lock with 500", "unavailable", "html", "limit", "reset", "unknown"],
)
def test_retry(sandbox: RunningSandbox, fault: str, parameters: dict[str, Any]) -> None:
    """What the library takes for passing: tried again until it has passed, and one record is there."""
    sandbox.fault(fault, next=2, match="POST /services/data", **parameters)
    run(sandbox, case_with(Subject="at last"), retries=True)
    assert len(sandbox.query("SELECT Id FROM Case")) == 1
    assert [2] == [fault["hits"] for fault in sandbox.faults()]


ERRORS: dict[str, tuple[dict[str, Any], Do[Any], type[SalesforceError], str | None]] = {
    "field unknown": ({}, case_with(No__c=1), SalesforceError, "INVALID_FIELD"),
    "lock": ({"fault": "lock"}, case_with(), SalesforceError, "UNABLE_TO_LOCK_ROW"),
    "limit": ({"fault": "daily_limit"}, case_with(), RequestLimitExceededError, "REQUEST_LIMIT_EXCEEDED"),
    "rights": (
        {"fault": "error", "code": "INSUFFICIENT_ACCESS"},
        case_with(),
        AuthorizationError,
        "INSUFFICIENT_ACCESS",
    ),
    "server": ({"fault": "unavailable"}, case_with(), ServerError, "SERVER_UNAVAILABLE"),
    "page": ({"fault": "html"}, case_with(), ServerError, None),
    "record": ({}, lambda sf: sf.sobject.get("Case", "500Rb00000zzzzzIAA"), NotFoundError, "NOT_FOUND"),
    "external id": ({}, lambda sf: sf.sobject.get("Case", "none", EXTERNAL_ID), NotFoundError, "NOT_FOUND"),
    "query": ({}, lambda sf: rows(sf, "SELEKT"), SalesforceError, "MALFORMED_QUERY"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(sandbox: RunningSandbox, name: str) -> None:
    """Each refusal becomes the exception that the library has for it, with the code."""
    fault, do, expected, code = ERRORS[name]
    if fault:
        sandbox.fault(fault["fault"], **{k: v for k, v in fault.items() if k != "fault"}, match="POST /services/data")
    with pytest.raises(SalesforceError) as caught:
        run(sandbox, do)
    assert expected is type(caught.value)
    assert code == caught.value.error_code


def test_replay(sandbox: RunningSandbox) -> None:
    """The same event again."""
    run(sandbox, case_with(**{EXTERNAL_ID: "1"}))
    with pytest.raises(SalesforceError) as caught:
        run(sandbox, case_with(**{EXTERNAL_ID: "1"}))
    assert caught.value.error_code == "DUPLICATE_VALUE"


def test_several_records(sandbox: RunningSandbox) -> None:
    """300, with the addresses."""
    sandbox.org("add-field", object="Contact", field="Legacy__c", type="string", length=20, external_id=True)

    async def do(salesforce: Salesforce) -> Any:
        for name in ("One", "Two"):
            await salesforce.sobject.create("Contact", {"LastName": name, "Legacy__c": "L"})
        return await salesforce.sobject.upsert("Contact", "L", "Legacy__c", {"FirstName": "Both"})

    with pytest.raises(MoreThanOneRecordError) as caught:
        run(sandbox, do)
    assert str(caught.value).count("/sobjects/Contact/003") == 2


def test_duplicate_rule(sandbox: RunningSandbox) -> None:
    """An alert of a duplicate rule, with the record it is like. The library knows the key in its right spelling."""
    sandbox.org("setting", duplicate_result_key="duplicateResult")
    sandbox.org("duplicate-rule", object="Case", field="SuppliedPhone", action="alert")
    first = run(sandbox, case_with(SuppliedPhone="+49 30 1"))
    with pytest.raises(DuplicatesDetectedError) as caught:
        run(sandbox, case_with(SuppliedPhone="+49 30 1"))
    assert [first] == [duplicate["id"] for duplicate in caught.value.duplicates]


def test_refused_login(sandbox: RunningSandbox) -> None:
    """A wrong secret."""
    with pytest.raises(AuthenticationError) as caught:
        run(sandbox, lambda salesforce: salesforce.get_limits(), secret="wrong")
    assert caught.value.error_code == "invalid_client"

"""The eight ways of failing in which other bridges were measured: what Ringback does in each."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.chaos_house import House, wait_until
from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

CASES = "SELECT Id, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"


def callback(event_id: int) -> dict[str, Any]:
    return {"AcdEventsID": event_id, "CallbackNumber": "4930901820", "Subject": "Offer"}


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house"), "embedded", None) as running:
        yield running


@pytest.fixture
def house(shared_house: House) -> House:
    """All processes, with nothing in the ledger and a fresh Salesforce."""
    shared_house.empty()
    return shared_house


def test_same_event_twice(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """The same event again: the same Case, from the ledger, without a call to Salesforce."""
    first = ringback.post(callback(event_id))
    calls = sandbox.calls()["total"]
    second = ringback.post(callback(event_id))
    calls_after = sandbox.calls()["total"]

    assert [(200, "created"), (200, "existing")] == [(one.status, one.body["status"]) for one in (first, second)]
    assert (first.body["caseId"], first.body["caseNumber"]) == (second.body["caseId"], second.body["caseNumber"])
    assert calls == calls_after
    assert 1 == len(sandbox.query(CASES))


def test_empty_object(ringback: RunningRingback, sandbox: RunningSandbox) -> None:
    """`{}` is no callback: 500 with what is missing; it is kept, and no Case is made of it."""
    answer = ringback.post({})

    assert (500, "invalid", "event_id_missing") == (answer.status, answer.body["status"], answer.body["reason"])
    assert "AcdEventsID" in answer.body["message"]
    assert ["invalid"] == [entry["state"] for entry in ringback.entries()]
    assert [] == sandbox.query(CASES)


def test_malformed_json(ringback: RunningRingback, sandbox: RunningSandbox) -> None:
    """Broken JSON: 500 in JSON with the place of the fault; it is kept, and no Case is made of it."""
    answer = ringback.post(b'{"AcdEventsID": 4711, "CallbackNumber": "4930901820"')

    assert (500, "invalid", "json_broken") == (answer.status, answer.body["status"], answer.body["reason"])
    assert ["invalid"] == [entry["state"] for entry in ringback.entries()]
    assert [] == sandbox.query(CASES)


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_no_or_wrong_secret(
    ringback: RunningRingback, sandbox: RunningSandbox, event_id: int, secret: str | None
) -> None:
    """Without the secret: 401, and neither the ledger nor Salesforce learns of it."""
    answer = ringback.post(callback(event_id), secret=secret)

    assert 401 == answer.status
    assert [] == ringback.entries()
    assert [] == sandbox.query(CASES)


def test_salesforce_answers_503(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Salesforce answers 503: 200 `queued` with that reason, and the one Case when it is back."""
    sandbox.fault("unavailable", share=1)
    answer = ringback.post(callback(event_id))
    before = ringback.entries()
    sandbox.clear_faults()
    after = ringback.wait_for("delivered")

    assert (200, "queued", "crm_unavailable") == (answer.status, answer.body["status"], answer.body["reason"])
    assert ([True], [True]) == ([one["promised"] for one in before], [one["promised"] for one in after])
    assert [f"default-{event_id}"] == [case["jtel_AcdEventsID__c"] for case in sandbox.query(CASES)]


def test_salesforce_is_down(house: House, event_id: int) -> None:
    """Nothing listens where Salesforce should be: `queued`, for a repeat too, and the one Case when it is back."""
    house.kill_sandbox()
    answers = [house.ringback.post(callback(event_id)) for _ in range(2)]
    house.start_sandbox()
    house.ringback.wait_for("delivered")
    late = house.ringback.post(callback(event_id))

    assert [(200, "queued")] * 2 == [(one.status, one.body["status"]) for one in answers]
    assert "crm_unreachable" == answers[0].body["reason"]
    (case,) = house.sandbox.query(CASES)
    assert (200, "existing", case["Id"]) == (late.status, late.body["status"], late.body["caseId"])


def test_killed_with_five_calls_in_flight(house: House, event_id: int) -> None:
    """kill -9 of everything during five calls: jtel has no answer, and after the start each gets its one Case."""
    house.sandbox.fault("latency", share=1, seconds=1.5)
    statuses: list[int] = []

    def send(number: int) -> None:
        try:
            statuses.append(house.ringback.post(callback(event_id + number * 1_000_000)).status)
        except requests.RequestException:
            statuses.append(0)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    assert wait_until(lambda: len(house.ringback.entries()) == 5, PATIENCE)
    time.sleep(0.3)
    house.pass_time()
    for thread in threads:
        thread.join()
    house.sandbox.clear_faults()
    entries = house.ringback.wait_for("delivered", PATIENCE)

    assert [0] * 5 == statuses
    assert 5 == len(entries)
    assert sorted(entry["external_id"] for entry in entries) == sorted(
        case["jtel_AcdEventsID__c"] for case in house.sandbox.query(CASES)
    )


def test_start(house: House, event_id: int) -> None:
    """Nothing is answered before Ringback is ready: the first answer after each of four starts is a Case."""
    answers = []
    for number in range(4):
        house.kill_all()
        answers.append(_first_answer(house, callback(event_id + number * 1_000_000)))

    assert [(200, "created")] * 4 == answers
    assert 4 == len(house.sandbox.query(CASES))


def _first_answer(house: House, body: dict[str, Any]) -> tuple[int, str]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            answer = requests.post(
                f"{house.ringback.url}/callbacks",
                json=body,
                headers={"Authorization": f"Bearer {SECRET}"},
                timeout=PATIENCE,
            )
        except requests.ConnectionError:
            time.sleep(0.01)
            continue
        return answer.status_code, str(answer.json().get("status"))
    raise AssertionError("no answer")

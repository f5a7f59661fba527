"""What is created over the REST API is sent to Ringback by jtel itself, where its group has the REST call."""

import time
from typing import Any

import pytest

from tests.sandbox.jtel.conftest import Ask
from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

CALLBACK = {"AcdEventTypesID": 3, "AcdGroupsID": 235, "Sender": "4930901821", "Subject": "Offer", "Body": "Soon"}


def lines(sandbox: RunningSandbox, count: int) -> list[dict[str, Any]]:
    """jtel's log once it has so many lines."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found: list[dict[str, Any]] = sandbox.jtel("log")["lines"]
        if len(found) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


@pytest.mark.parametrize("form", ["v4", "record"])
def test_a_callback_of_a_group_that_calls_back(
    ask: Ask, ringback: RunningRingback, sandbox: RunningSandbox, form: str
) -> None:
    """The Case is there, with the id that create answered; the linked record came with the user data."""
    contact = sandbox.query("SELECT Id FROM Contact LIMIT 1")[0]["Id"]
    sandbox.jtel("ringback", {"url": ringback.url, "secret": SECRET, "form": form})
    event = ask("POST", "/acd/events/create", {**CALLBACK, "UserData": contact}).json()["records"][0]
    (line,) = lines(sandbox, 1)
    (case,) = sandbox.query("SELECT ContactId, jtel_AcdEventsID__c, Description FROM Case")

    assert (line["event_id"], line["status"], line["said"]) == (event["ID"], 200, "created")
    assert (case["ContactId"], case["jtel_AcdEventsID__c"]) == (contact, f"default-{event['ID']}")
    assert "Soon" in case["Description"]


def test_what_is_updated_is_sent_again(ask: Ask, ringback: RunningRingback, sandbox: RunningSandbox) -> None:
    """With the same id, as we presume: Ringback makes no second Case of it."""
    sandbox.jtel("ringback", {"url": ringback.url, "secret": SECRET})
    for number in (1, 2):
        ask("POST", "/acd/events/create", {**CALLBACK, "AcdGroupsID": 236})
        lines(sandbox, number)

    assert len({line["event_id"] for line in lines(sandbox, 2)}) == 1
    assert len(sandbox.query("SELECT Id FROM Case")) == 1


def test_what_is_not_sent(ask: Ask, ringback: RunningRingback, sandbox: RunningSandbox) -> None:
    """Events of other types, and those of a group without the REST call."""
    sandbox.jtel("ringback", {"url": ringback.url, "secret": SECRET})
    sandbox.jtel("groups/237", {"calls_back": False})
    for wish in ({"AcdEventTypesID": 5}, {"AcdGroupsID": 237}, {"AcdGroupsID": 238}, {}):
        answer = ask("POST", "/acd/events/create", {**CALLBACK, **wish})
        assert answer.status_code == 200
    last = answer.json()["records"][0]["ID"]

    assert [line["event_id"] for line in lines(sandbox, 1)] == [last]


def test_behind_the_stage_says_what_is_wrong(sandbox: RunningSandbox) -> None:
    """A typing error changes nothing in silence."""
    for path, body in (
        ("groups/1", {}),
        ("groups/235", {"duplicates": True}),
        ("ringback", {"form": "v5"}),
        ("events", {}),
    ):
        with pytest.raises(AssertionError, match="error"):
            sandbox.jtel(path, body)

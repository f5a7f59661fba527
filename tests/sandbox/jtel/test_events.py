"""Events: what a create answers, when it updates another one, and how many a list can hold."""

from datetime import timedelta
from typing import Any

import pytest

from app.jtel.client import JtelClient
from app.sandbox.jtel.clock import local_now
from app.sandbox.jtel.events import NAMES
from tests.sandbox.jtel.conftest import Ask
from tests.support.sandbox import RunningSandbox

EVENT = {"AcdEventTypesID": 3, "AcdGroupsID": 235, "Sender": "4930901821", "Subject": "Offer"}
MANY = 10_000


def create(ask: Ask, **wish: Any) -> dict[str, Any]:
    answer = ask("POST", "/acd/events/create", {**EVENT, **wish})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["count"], body["status"]) == (1, 200)
    created: dict[str, Any] = body["records"][0]
    return created


def test_the_fields_of_the_documented_example(ask: Ask) -> None:
    """All of them, status 1 (Distribute), and times without a zone."""
    event = create(
        ask, Body="Call me <now>", CrmURL="https://acme.example/500?a=1&b=2", UserData="500Rb", Receiver="4930901820"
    )
    now = local_now().isoformat(timespec="milliseconds")

    assert set(NAMES) == set(event)
    assert (event["AcdEventStatusID"], event["bCloseByForeignSystem"], event["UserData"]) == (1, False, "500Rb")
    assert "<body>Call me &lt;now&gt;</body>" in event["EventData"]
    assert "<urlPath>https://acme.example/500?a=1&amp;b=2</urlPath>" in event["EventData"]
    assert len(now) == len(event["dtCreated"])
    assert ask("GET", f"/acd/events/event/{event['ID']}").json()["records"] == [event]


def test_ids_grow_even_over_a_reset(ask: Ask, sandbox: RunningSandbox) -> None:
    """Ringback would take an id that comes again for an event that it knows."""
    first = create(ask)["ID"]
    second = create(ask)["ID"]
    sandbox.reset()

    assert first < second
    assert create(ask)["ID"] >= first


def test_a_configuration_group_passes_to_its_agent_group(ask: Ask) -> None:
    """Both are given in the place of AcdGroupsID."""
    event = create(ask, AcdGroupsID=None, AcdConfigurationGroupsID=235, AcdAgentGroupsID=237)

    assert event["AcdGroupsID"] == 237


@pytest.mark.parametrize("status", [1, 20, 40, 98, 99, 100])
def test_a_group_without_duplicates_updates_the_open_event(ask: Ask, sandbox: RunningSandbox, status: int) -> None:
    """Documented: the existing event, with a comment, and `Result_` UPDATED. One that is done is not in the way."""
    sandbox.jtel("events", [{"ID": 7, "Sender": "4930901821", "AcdGroupsID": 236, "AcdEventStatusID": status}])
    event = create(ask, AcdGroupsID=236, Body="Once more")

    assert (event["ID"] == 7, event.get("Result_") == "UPDATED") == (status < 98, status < 98)
    assert "Once more" in event["EventData"]
    assert create(ask, AcdGroupsID=236, Sender="4930901822").get("Result_") is None
    assert create(ask, AcdGroupsID=235).get("Result_") is None


@pytest.mark.parametrize(
    ("offset", "names", "wanted"),
    [
        (timedelta(days=2), {"dtAppointmentDate": "%Y-%m-%d"}, "%Y-%m-%dT00:00:00.000"),
        (timedelta(days=2), {"dtAppointmentDate": "%Y%m%d", "dtAppointmentTime": "%H%M"}, "%Y-%m-%dT%H:%M:00.000"),
        (timedelta(days=-2), {"dtAppointmentDate": "%Y-%m-%d", "dtAppointmentTime": "%H:%M"}, None),
    ],
)
def test_appointments(ask: Ask, offset: timedelta, names: dict[str, str], wanted: str | None) -> None:
    """A date alone means 00:00; what is past means at once. How a time alone is read: tests/jtel."""
    moment = local_now() + offset
    event = create(ask, **{name: moment.strftime(form) for name, form in names.items()}, Priority=200)

    assert event["dtRemind"] == (moment.strftime(wanted) if wanted else None)
    assert event["Priority"] == 200


def test_the_envelope_of_a_list(ask: Ask) -> None:
    """The documented keys in the documented order; an empty list has them, too."""
    keys = ["filter", "limitStart", "limitPageSize", "records", "count", "orderBy", "ascending", "status"]
    full, empty = ask("GET", "/acd/events").json(), ask("GET", "/acd/groups/group?name=nobody").json()

    assert keys == list(full) == list(empty)
    assert ("", 0, -1, 2, "dtCreated", True, 200) == tuple(full[key] for key in keys if key != "records")
    assert ([], 0) == (empty["records"], empty["count"])


def test_a_list_of_many(client: JtelClient, sandbox: RunningSandbox) -> None:
    """It is streamed in the order of dtCreated: each event once, though more of a time than a page holds."""
    events = [{"ID": 10_000 + number, "dtCreated": f"2026-01-01T00:00:{number % 4:02d}.000"} for number in range(MANY)]
    sandbox.jtel("events", events)
    wanted = [
        4700,
        4701,
        *(event["ID"] for event in sorted(events, key=lambda event: (event["dtCreated"], event["ID"]))),
    ]

    assert wanted == [event.id for event in client.events()]

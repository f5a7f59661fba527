"""What jtel refuses, with the statuses and bodies of its documented return codes."""

from typing import Any

import pytest
import requests

from tests.sandbox.jtel.conftest import Ask
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox

EVENT = {"AcdEventTypesID": 3, "AcdGroupsID": 235, "Sender": "4930901821", "Subject": "Offer"}


def test_an_object_that_is_not_there_is_404_with_a_body(ask: Ask) -> None:
    """Documented: {"status": 404, "error": "Dialler campaign not found"}."""
    answer = ask("GET", "/dialler/campaigns/1")

    assert answer.status_code == 404
    assert answer.json() == {"status": 404, "error": "Dialler campaign not found"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", f"{path}/1") for path in ("/acd/events/event", "/acd/groups/group", "/users/user")),
        *(("GET", f"{path}/1") for path in ("/serviceNumbers/serviceNumber", "/cockpitVariables/cockpitVariable")),
        ("GET", f"/acd/events/event/{10**30}"),
        ("GET", "/dialler/campaigns/campaign/1/resultCodes?languagesID=1"),
        ("DELETE", "/dialler/campaigns/campaign/1"),
        ("DELETE", "/dialler/campaigns/campaign?name=Nobody"),
    ],
)
def test_every_object(ask: Ask, method: str, path: str) -> None:
    """Whatever is asked for by its id or name."""
    answer = ask(method, path)

    assert answer.status_code == 404
    assert set(answer.json()) == {"status", "error"}


@pytest.mark.parametrize("path", ["/acd/event", "/acd/events/event", "/nothing", "/dialler/campaigns/1/2/3"])
def test_a_call_that_is_not_there_is_404_without_a_body(ask: Ask, path: str) -> None:
    """So a client tells the two kinds of 404 apart."""
    answer = ask("GET", path)

    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(
    ("headers", "client_id"),
    [({}, 1), ({"Authorization": "Bearer other"}, 1), ({"Authorization": "Bearer sandbox"}, 2)],
)
def test_who_may_not_ask(sandbox: RunningSandbox, headers: dict[str, str], client_id: int) -> None:
    """401: no token, another token, or another client's id."""
    url = f"{sandbox.url}/rest/v1.0/{client_id}/acd/groups"
    answer = requests.get(url, headers=headers, timeout=PATIENCE)

    assert (answer.status_code, answer.json()["status"]) == (401, 401)


@pytest.mark.parametrize("name", ["AcdEventTypesID", "AcdGroupsID", "Sender", "Subject"])
def test_a_missing_parameter_is_400(ask: Ask, name: str) -> None:
    """The error says which one."""
    answer = ask("POST", "/acd/events/create", {key: value for key, value in EVENT.items() if key != name})

    assert answer.status_code == 400
    assert name in answer.json()["error"]


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"AcdGroupsID": 1}, 404),
        ({"AcdGroupsID": 10**30}, 404),
        ({"AcdConfigurationGroupsID": 235, "AcdAgentGroupsID": 237}, 400),
        ({"Sender": "\ud800"}, 400),
        ({"Subject": "half \udfff"}, 400),
        ({"AcdGroupsID": "235"}, 400),
        ({"AcdEventTypesID": 8}, 404),
        ({"AcdEventTypesID": True}, 400),
        ({"UsersID": 1}, 404),
        ({"Sender": 4930901821}, 400),
        ({"CrmURL": "acme.example/500"}, 400),
        ({"CrmURL": "https://acme.example/a b"}, 400),
        ({"Priority": -1}, 400),
        ({"Priority": 201}, 400),
        ({"dtAppointmentDate": "24.12.2026"}, 400),
        ({"dtAppointmentDate": "2026-02-30"}, 400),
        ({"dtAppointmentTime": "25:00"}, 400),
        ({"AcdGroupsID": None, "AcdConfigurationGroupsID": 235}, 400),
        ({"AcdGroupsID": None, "AcdConfigurationGroupsID": 235, "AcdAgentGroupsID": 1}, 404),
    ],
)
def test_what_no_event_can_have(ask: Ask, wish: dict[str, Any], status: int) -> None:
    """Nothing is created."""
    answer = ask("POST", "/acd/events/create", {**EVENT, **wish})

    assert answer.status_code == status, answer.text
    assert ask("GET", "/acd/events").json()["count"] == 2


@pytest.mark.parametrize(
    ("raw", "kind"), [(b"{", "application/json"), (b"[]", "application/json"), (b"{}", "text/plain")]
)
def test_what_is_no_json_object(ask: Ask, raw: bytes, kind: str) -> None:
    """The documentation asks for Content-Type: application/json."""
    answer = ask("POST", "/acd/events/create", data=raw, headers={"Content-Type": kind})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/acd/groups/group"),
        ("GET", "/acd/groups/group/two"),
        ("GET", "/acd/groups/group/2_35"),
        ("GET", "/acd/groups/group/+235"),
        ("GET", "/acd/groups/group/٢٣٥"),
        ("GET", "/dialler/campaigns/campaign/538/resultCodes"),
        ("PATCH", "/cockpitVariables/cockpitVariable/192/setValue"),
        ("PATCH", "/cockpitVariables/cockpitVariable/192/setValue?value=much"),
        ("DELETE", "/dialler/campaigns/campaign"),
    ],
)
def test_parameters_of_path_and_query(ask: Ask, method: str, path: str) -> None:
    """Missing, or no whole number."""
    assert ask(method, path).status_code == 400


def test_a_clone_needs_a_source_and_a_new_name(ask: Ask) -> None:
    """Documented: 404 without the source, 409 if the destination is there."""
    to_itself = {"source": "Campaign 1000", "destination": "Campaign 1000"}

    assert ask("POST", "/dialler/campaigns/clone", {"source": "Nobody", "destination": "B"}).status_code == 404
    assert ask("POST", "/dialler/campaigns/clone", to_itself).status_code == 409
    assert ask("POST", "/dialler/campaigns/clone", {"source": "Campaign 1000"}).status_code == 400


@pytest.mark.parametrize(
    ("variable_id", "value", "result"), [(192, 5, 0), (193, 5, 1), (1, 5, 2), (192, 0, 3), (192, 101, 4), (192, -1, 0)]
)
def test_each_result_of_set_value(ask: Ask, variable_id: int, value: int, result: int) -> None:
    """Always a 200. The variable has no least value, so -1 is taken."""
    before = {one["ID"]: one["Value"] for one in ask("GET", "/cockpitVariables").json()["records"]}
    answer = ask("PATCH", f"/cockpitVariables/cockpitVariable/{variable_id}/setValue?value={value}")
    after = {one["ID"]: one["Value"] for one in ask("GET", "/cockpitVariables").json()["records"]}

    assert answer.status_code == 200
    assert set(answer.json()) == {"result", "error", "status"}
    assert answer.json()["result"] == result
    assert after == ({**before, variable_id: value} if result == 0 else before)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("events", [1]),
        ("events", [{"ID": "7"}]),
        ("events", [{"ID": 10**30}]),
        ("events", [{"Sender": None}]),
        ("events", [{"dtCreated": None}]),
        ("groups/236", {"no_duplicates": "no"}),
        ("groups/1", {"no_duplicates": True}),
        ("ringback", {"url": 8000, "secret": "x"}),
        ("ringback", {"form": ["v4"]}),
    ],
)
def test_behind_the_stage(sandbox: RunningSandbox, path: str, body: Any) -> None:
    """What cannot be set is told in JSON."""
    answer = requests.post(f"{sandbox.url}/sandbox/jtel/{path}", json=body, timeout=PATIENCE)

    assert (answer.status_code, ["error"]) == (400, list(answer.json()))

"""Each call as it is documented: what is sent, and what comes of the answer."""

import inspect
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from app.jtel.calls import CALLS, JtelAnswer, Where
from app.jtel.client import JtelClient
from app.jtel.errors import JtelError
from app.jtel.new_event import NewEvent
from app.jtel.records import RECORDS, UPDATED, AcdEvent
from app.jtel.variables import VARIABLE_RESULTS, VariableResult
from tests.jtel.documented import (
    CAMPAIGN,
    EVENT,
    EVENT_STATUS,
    EVENT_TYPES,
    GROUP,
    RESULT_CODE,
    SERVICE_NUMBER,
    STATUS,
    USER,
    VARIABLE,
)
from tests.support.jtel import JtelServer, as_json, listed, single

LISTS: list[tuple[str, dict[str, Any], str, dict[str, str], list[dict[str, Any]]]] = [
    ("events", {}, "/acd/events", {}, [EVENT, {**EVENT, "ID": 4712}]),
    ("event_types", {}, "/acd/events/types", {}, EVENT_TYPES),
    ("event_status", {}, "/acd/events/status", {}, EVENT_STATUS),
    ("groups", {}, "/acd/groups", {}, [GROUP]),
    ("groups_named", {"part": "a & b/ä"}, "/acd/groups/group", {"name": "a & b/ä"}, [GROUP]),
    ("users", {}, "/users", {}, [USER]),
    ("service_numbers", {}, "/serviceNumbers", {}, [SERVICE_NUMBER]),
    ("variables", {}, "/cockpitVariables", {}, [VARIABLE]),
    ("campaigns", {}, "/dialler/campaigns", {}, [CAMPAIGN]),
    ("campaigns_named", {"part": "1000"}, "/dialler/campaigns/campaign", {"name": "1000"}, [CAMPAIGN]),
    (
        "result_codes",
        {"id": 7, "language_id": 2},
        "/dialler/campaigns/campaign/7/resultCodes",
        {"languagesID": "2"},
        [RESULT_CODE],
    ),
]
SINGLE = [
    ("event", "/acd/events/event/4711", EVENT),
    ("group", "/acd/groups/group/235", GROUP),
    ("user", "/users/user/12", USER),
    ("service_number", "/serviceNumbers/serviceNumber/3", SERVICE_NUMBER),
    ("variable", "/cockpitVariables/cockpitVariable/192", VARIABLE),
    ("campaign", "/dialler/campaigns/7", CAMPAIGN),
]
CALLBACK = NewEvent("+4930901820", "Please call", group_id=235)
# Called as documented, with what the answer is then.
WRITES: list[tuple[str, tuple[Any, ...], str, str, dict[str, str], Any]] = [
    ("create_event", (CALLBACK,), "POST", "/acd/events/create", {}, {"records": [EVENT], "count": 1, "status": 200}),
    (
        "set_variable",
        (192, -5),
        "PATCH",
        "/cockpitVariables/cockpitVariable/192/setValue",
        {"value": "-5"},
        {"result": 0, "error": "", "status": 200},
    ),
    ("clone_campaign", ("Old", "New"), "POST", "/dialler/campaigns/clone", {}, {"status": 200}),
    ("delete_campaign", (7,), "DELETE", "/dialler/campaigns/campaign/7", {}, {"status": 200}),
    ("delete_campaign_named", ("Old & new",), "DELETE", "/dialler/campaigns/campaign", {"name": "Old & new"}, None),
]


def test_all_calls_are_tried() -> None:
    """No call is without a test of what it sends."""
    assert set(CALLS) == {row[0] for row in (*LISTS, *SINGLE, *WRITES)}


@pytest.mark.parametrize(("name", "given", "path", "query", "records"), LISTS, ids=[row[0] for row in LISTS])
def test_lists(
    server: JtelServer, client: JtelClient, name: str, given: Any, path: str, query: Any, records: Any
) -> None:
    """A list gives all records of its kind, each with all its fields."""
    server.replies[f"GET {path}"] = listed(records)

    found = list(getattr(client, name)(**given))

    assert records == [one.fields for one in found]
    assert {RECORDS[CALLS[name].record]} == {type(one) for one in found}
    (asked,) = server.asked
    assert (query, None) == (asked.query, asked.body)


@pytest.mark.parametrize(("name", "path", "record"), SINGLE, ids=[row[0] for row in SINGLE])
def test_single_records(server: JtelServer, client: JtelClient, name: str, path: str, record: Any) -> None:
    """A record is asked for by its id in the path."""
    server.replies[f"GET {path}"] = single(record)

    found = getattr(client, name)(record["ID"])

    assert (RECORDS[CALLS[name].record], record) == (type(found), found.fields)
    assert record["ID"] == found.id


@pytest.mark.parametrize(("name", "given", "method", "path", "query", "answer"), WRITES, ids=[row[0] for row in WRITES])
def test_writes(
    server: JtelServer, client: JtelClient, name: str, given: Any, method: str, path: str, query: Any, answer: Any
) -> None:
    """What changes something is asked once, by the documented method."""
    server.replies[f"{method} {path}"] = as_json(answer)

    getattr(client, name)(*given)

    (asked,) = server.asked
    assert (method, path, query) == (asked.method, asked.path, asked.query)


def test_every_request_is_jtels(server: JtelServer, client: JtelClient) -> None:
    """A request carries the token as a bearer, and its body as JSON."""
    server.replies["POST /acd/events/create"] = single(EVENT)

    client.create_event(CALLBACK)

    (asked,) = server.asked
    assert ("Bearer a-token-of-jtel", "application/json") == (
        asked.headers["Authorization"],
        asked.headers["Content-Type"],
    )
    assert {
        "AcdEventTypesID": 3,
        "AcdGroupsID": 235,
        "Sender": "4930901820",
        "Subject": "Please call",
    } == asked.body


@pytest.mark.parametrize("text", ["../users", "a/b", "?x=1", "..", "%2e%2e", "#", "ä", "7", True])
@pytest.mark.parametrize("name", ["group", "delete_campaign"])
def test_ids_cannot_lead_elsewhere(server: JtelServer, client: JtelClient, name: str, text: Any) -> None:
    """What is no number is no id: `..` would make another call of it."""
    with pytest.raises(JtelError, match="id: wanted is a whole number") as raised:
        getattr(client, name)(text)

    assert (True, []) == (raised.value.unsent, server.asked)


@pytest.mark.parametrize("text", ["a\udcff", "a\x00b", 5])
def test_what_cannot_be_sent(server: JtelServer, client: JtelClient, text: Any) -> None:
    """Half a character, as a terminal gives it, is told of before jtel is asked."""
    with pytest.raises(JtelError, match="name: wanted is a text") as raised:
        client.delete_campaign_named(text)

    assert (True, []) == (raised.value.unsent, server.asked)


def test_created_or_updated(server: JtelServer, client: JtelClient) -> None:
    """A group without duplicates gives the event that is there, and says so."""
    server.replies["POST /acd/events/create"] = [single(EVENT), single({**EVENT, "Result_": UPDATED})]

    first, second = client.create_event(CALLBACK), client.create_event(CALLBACK)

    assert (4711, False) == (first.event.id, first.updated)
    assert (4711, True) == (second.event.id, second.updated)


@pytest.mark.parametrize(("status", "inside"), [(200, 200), (200, 404), (404, 404), (400, 200)])
@pytest.mark.parametrize("written", [int, str])
@pytest.mark.parametrize("result", VariableResult)
def test_each_result_of_a_variable(
    server: JtelServer, client: JtelClient, result: VariableResult, written: Any, status: int, inside: int
) -> None:
    """Each of the five results is an answer of its own and no error, whatever the status beside it."""
    answer = {"result": written(result.number), "error": "as it is", "status": inside}
    server.replies["PATCH /cockpitVariables/cockpitVariable/5/setValue"] = as_json(answer, status)

    done = client.set_variable(5, 1)

    assert (result, "as it is") == (done.result, done.error)
    assert (result.number in (0, 3)) == done.result.holds


def test_results_are_the_documented_ones() -> None:
    """There are five."""
    assert {0, 1, 2, 3, 4} == {*VARIABLE_RESULTS}


def test_fields_of_an_event() -> None:
    """What the documented example says is read by type; what is null is nothing."""
    event = AcdEvent({**EVENT, "AcdEventStatusID": "99", "New": "kept"})

    assert (4711, 3, 99, 235) == (event.id, event.type_id, event.status_id, event.group_id)
    assert (True, True, False) == (event.is_callback, event.is_final, event.close_by_foreign_system)
    assert ("4930901820", "123456", None, None) == (event.sender, event.user_data, event.crm_url, event.user_id)
    assert datetime(2020, 8, 9, 2, 33, 50, 347000) == event.created
    assert "kept" == event.fields["New"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2022-01-04T13:31:37.477546Z", datetime(2022, 1, 4, 13, 31, 37, 477546, UTC)),
        ("2022-06-17T15:19:12.484+02:00", datetime(2022, 6, 17, 15, 19, 12, 484000, timezone(timedelta(hours=2)))),
        ("soon", None),
        (None, None),
    ],
)
def test_times_with_an_offset(written: str | None, read: datetime | None) -> None:
    """The other two ways in which jtel writes times; what is no time is none."""
    assert read == AcdEvent({"dtCreated": written}).created


@pytest.mark.parametrize("status", STATUS)
def test_final_status(status: int) -> None:
    """jtel is done with what is 98, 99 or 100."""
    assert (status in (98, 99, 100)) == AcdEvent({"AcdEventStatusID": status}).is_final


def test_records_say_nothing_of_a_caller() -> None:
    """A record in a log or a traceback is its kind and its id."""
    assert "AcdEvent(4711)" == repr(AcdEvent(EVENT)) == str(AcdEvent(EVENT))
    assert "4930" not in repr(CALLBACK)


@pytest.mark.parametrize("call", CALLS.values(), ids=lambda call: call.name)
def test_methods_are_those_of_the_table(call: Any) -> None:
    """A method takes the parameters of its call, and its docstring says method and path."""
    method = getattr(JtelClient, call.name)
    takes = list(inspect.signature(method).parameters)[1:]

    assert f"`{call.method} {call.path}`" in (inspect.getdoc(method) or "")
    assert takes == (["event"] if call.answer is JtelAnswer.CREATED else [one.argument for one in call.parameters])


@pytest.mark.parametrize("call", CALLS.values(), ids=lambda call: call.name)
def test_rows_are_whole(call: Any) -> None:
    """The path has a place for each parameter in it, and for no other."""
    assert [f"{{{one.name}}}" for one in call.of(Where.PATH)] == [
        part for part in call.path.split("/") if part.startswith("{")
    ]
    assert call.source.startswith("https://wiki.jtel.de/")
    assert (call.record in RECORDS) == (call.answer in (JtelAnswer.LIST, JtelAnswer.RECORD, JtelAnswer.CREATED))
    assert call.repeatable == (call.method == "GET")


def test_nothing_stands_twice() -> None:
    """No two calls have the same command, or the same method and path."""
    calls = CALLS.values()

    assert len(calls) == len({call.command for call in calls}) == len({(call.method, call.path) for call in calls})

"""`ringback jtel`: each call of jtel's REST API as a command, against a server that answers as jtel does."""

import json
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from app.cli.jtel import jtel
from app.jtel.calls import CALLS
from tests.jtel.documented import (
    CAMPAIGN,
    EVENT,
    EVENT_STATUS,
    EVENT_TYPES,
    GROUP,
    RESULT_CODE,
    SERVICE_NUMBER,
    USER,
    VARIABLE,
)
from tests.support.forks import run_command
from tests.support.jtel import HTML, JtelServer, Told, as_json, events_stream, failure, listed, single

if TYPE_CHECKING:
    from subprocess import CompletedProcess

_DELETE, _NAMED, _CAMPAIGN = (
    "DELETE /dialler/campaigns/campaign",
    "GET /dialler/campaigns/campaign",
    "GET /dialler/campaigns/7",
)
_SET = "PATCH /cockpitVariables/cockpitVariable/192/setValue"
_CLONE = "POST /dialler/campaigns/clone"
_CREATE = "POST /acd/events/create"
CREATE = ("events", "create", "--group-id", "235", "--sender", "4930901820", "--subject", "Please call")


class Desk:
    """The command, beside a jtel."""

    def __init__(self, server: JtelServer) -> None:
        self.server = server

    def run(self, *arguments: str, **environment: str) -> "CompletedProcess[str]":
        return run_command(["jtel", *arguments], {**self.server.environment, **environment})

    def records(self, *arguments: str) -> list[Any]:
        done = self.run(*arguments, "--json")
        assert (0, "") == (done.returncode, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with JtelServer() as server:
        yield Desk(server)


LISTS = [
    ("events list", "GET /acd/events", [EVENT]),
    ("events types", "GET /acd/events/types", EVENT_TYPES),
    ("events status", "GET /acd/events/status", EVENT_STATUS),
    ("groups list", "GET /acd/groups", [GROUP]),
    ("groups named Serv", "GET /acd/groups/group", [GROUP]),
    ("users list", "GET /users", [USER]),
    ("service-numbers list", "GET /serviceNumbers", [SERVICE_NUMBER]),
    ("variables list", "GET /cockpitVariables", [VARIABLE]),
    ("campaigns list", "GET /dialler/campaigns", [CAMPAIGN]),
    ("campaigns named 1000", _NAMED, [CAMPAIGN]),
    ("campaigns result-codes 7 2", "GET /dialler/campaigns/campaign/7/resultCodes", [RESULT_CODE]),
]
SINGLE = [
    ("events get 4711", "GET /acd/events/event/4711", EVENT),
    ("groups get 235", "GET /acd/groups/group/235", GROUP),
    ("users get 12", "GET /users/user/12", USER),
    ("service-numbers get 3", "GET /serviceNumbers/serviceNumber/3", SERVICE_NUMBER),
    ("variables get 192", "GET /cockpitVariables/cockpitVariable/192", VARIABLE),
    ("campaigns get 7", _CAMPAIGN, CAMPAIGN),
]


def test_each_call_is_a_command() -> None:
    """No call is without its command, and no command without a call."""
    commands = {f"{group} {word}" for group, below in jtel.commands.items() for word in below.commands}  # type: ignore[attr-defined]

    assert {call.command for call in CALLS.values()} == commands


@pytest.mark.parametrize(("line", "call", "records"), LISTS, ids=[row[0] for row in LISTS])
def test_lists(desk: Desk, line: str, call: str, records: list[dict[str, Any]]) -> None:
    """A list is a table with a line for each record, or jtel's records as they are."""
    desk.server.replies[call] = listed(records)

    done = desk.run(*line.split())

    assert (0, "") == (done.returncode, done.stderr)
    header, *lines = done.stdout.splitlines()
    assert header.split()[0] == "ID"
    assert [str(record["ID"]) for record in records] == [line.split()[0] for line in lines]
    assert records == desk.records(*line.split())


@pytest.mark.parametrize(("line", "call", "record"), SINGLE, ids=[row[0] for row in SINGLE])
def test_single_records(desk: Desk, line: str, call: str, record: dict[str, Any]) -> None:
    """A record is shown field by field, without those that say nothing."""
    desk.server.replies[call] = single(record)

    done = desk.run(*line.split())

    shown = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert str(record["ID"]) == shown["ID"]
    assert {name for name, value in record.items() if value is not None} == set(shown)
    assert [record] == desk.records(*line.split())


def test_table_of_events_holds_no_callers_data(desk: Desk) -> None:
    """A list shows neither the number nor what the caller wants; `--json` and `get` do."""
    desk.server.replies["GET /acd/events"] = listed([EVENT])

    done = desk.run("events", "list")

    assert "2020-08-09T02:33:50.347" in done.stdout
    assert not {"4930901820", "Callback", "123456"} & set(done.stdout.split())


def test_long_list_goes_through_a_pipe(desk: Desk) -> None:
    """A list is printed as it comes; what breaks off at its end is told, and the status says so."""
    numbers = count(1)
    desk.server.replies["GET /acd/events"] = events_stream(({**EVENT, "ID": next(numbers)} for _ in range(3000)), 5000)

    done = desk.run("events", "list")

    assert 1 == done.returncode
    assert 3001 == len(done.stdout.splitlines())
    assert "What came is no answer of jtel's" in done.stderr


def test_what_steers_a_terminal_is_spelled(desk: Desk) -> None:
    """A name is shown as text, whatever is in it."""
    desk.server.replies["GET /acd/groups"] = listed([{"ID": 1, "Name": "a\x1b[2Jb"}])

    assert "a\\x1b[2Jb" in desk.run("groups", "list").stdout


def test_nothing(desk: Desk) -> None:
    """An empty list is said, and is no error; as JSON it is nothing."""
    desk.server.replies["GET /acd/groups"] = listed([])

    done = desk.run("groups", "list")

    assert (0, "", "There are none.\n") == (done.returncode, done.stdout, done.stderr)
    assert [] == desk.records("groups", "list")


def test_create(desk: Desk) -> None:
    """All that is documented can be said, and arrives under jtel's names."""
    desk.server.replies[_CREATE] = single(EVENT)
    more = ("--user-id", "12", "--receiver", "+49301234567", "--body", "Please", "--crm-url", "https://crm/500")
    most = ("--user-data", "500", "--priority", "0", "--appointment-date", "2026-12-24", "--appointment-time", "1030")

    done = desk.run(*CREATE, *more, *most)

    assert (0, "Event 4711 is created.\n") == (done.returncode, done.stdout)
    assert {
        "AcdEventTypesID": 3,
        "AcdGroupsID": 235,
        "UsersID": 12,
        "Sender": "4930901820",
        "Receiver": "49301234567",
        "Subject": "Please call",
        "Body": "Please",
        "CrmURL": "https://crm/500",
        "UserData": "500",
        "Priority": 0,
        "dtAppointmentDate": "2026-12-24",
        "dtAppointmentTime": "1030",
    } == desk.server.asked[0].body


def test_create_in_a_configuration_group(desk: Desk) -> None:
    """The other way to say where it goes."""
    desk.server.replies[_CREATE] = single({**EVENT, "Result_": "UPDATED"})
    where = ("--configuration-group-id", "1", "--agent-group-id", "2")

    done = desk.run("events", "create", "--type-id", "6", "--sender", "anna", "--subject", "T", *where)

    assert "Event 4711 was there already" in done.stdout
    assert (1, 2, 6) == tuple(
        desk.server.asked[0].body[name] for name in ("AcdConfigurationGroupsID", "AcdAgentGroupsID", "AcdEventTypesID")
    )
    assert [{"updated": True, "record": {**EVENT, "Result_": "UPDATED"}}] == desk.records(*CREATE)


def test_create_that_is_wrong(desk: Desk) -> None:
    """jtel is not asked, and the status says that nothing was done."""
    done = desk.run(*CREATE, "--priority", "300")

    assert (2, []) == (done.returncode, desk.server.asked)
    assert "priority: wanted is a whole number from 0 to 200" in done.stderr


@pytest.mark.parametrize(("told", "unknown"), [(Told(HTML, 502), True), (failure(400, "No group"), False)])
def test_create_that_fails(desk: Desk, told: Told, unknown: bool) -> None:
    """Whether jtel may have done it all the same is said, and jtel's own word for the trouble."""
    desk.server.replies[_CREATE] = told

    done = desk.run(*CREATE)

    assert 1 == done.returncode
    assert unknown == ("jtel may have done it all the same" in done.stderr)
    assert unknown != ("jtel says: No group" in done.stderr)


@pytest.mark.parametrize(
    ("result", "status", "said"),
    [
        (0, 0, "0: it is set."),
        (1, 1, "1: it cannot be written."),
        (2, 1, "2: there is none of this id, or the cockpit does not show it."),
        (3, 0, "3: it has this value already."),
        (4, 1, "4: the value is below its least or above its greatest."),
    ],
)
def test_set(desk: Desk, result: int, status: int, said: str) -> None:
    """Each result is said; the status is 0 if the variable has the value. It may be below nought."""
    desk.server.replies[_SET] = as_json({"result": result, "error": "", "status": 200})

    done = desk.run("variables", "set", "192", "-5")

    assert (status, f"{said}\n", "") == (done.returncode, done.stdout, done.stderr)
    assert {"value": "-5"} == desk.server.asked[0].query
    as_it_is = json.loads(desk.run("variables", "set", "192", "-5", "--json").stdout)
    assert result == as_it_is["result"]


def test_clone(desk: Desk) -> None:
    """The names go to jtel; a 404 and a 409 are told."""
    desk.server.replies[_CLONE] = [Told(b"{}"), failure(404, "No such source"), failure(409, "It exists")]

    done, missing, there = (desk.run("campaigns", "clone", "Old", "New", "--user-data", "x") for _ in range(3))

    assert (0, 1, 1) == (done.returncode, missing.returncode, there.returncode)
    assert {"source": "Old", "destination": "New", "userData": "x"} == desk.server.asked[0].body
    assert "jtel says: No such source" in missing.stderr
    assert "jtel has something of this name already" in there.stderr


def test_delete_names_what_goes(desk: Desk) -> None:
    """Without a yes nothing goes; with one, what is named does."""
    desk.server.replies |= {_CAMPAIGN: single(CAMPAIGN), f"{_DELETE}/7": Told(b"{}")}

    asked = desk.run("campaigns", "delete", "7")
    before = desk.server.count(f"{_DELETE}/7")
    done = desk.run("campaigns", "delete", "7", "--yes")

    assert (2, 0) == (asked.returncode, before)
    assert 'campaign 7 "Campaign 1000"' in asked.stderr
    assert (0, "Done.\n", 1) == (done.returncode, done.stdout, desk.server.count(f"{_DELETE}/7"))


def test_delete_what_is_not_there(desk: Desk) -> None:
    """A campaign that cannot be named is not deleted."""
    desk.server.replies[_CAMPAIGN] = failure(404, "Dialler campaign not found")

    done = desk.run("campaigns", "delete", "7", "--yes")

    assert (1, 0) == (done.returncode, desk.server.count(f"{_DELETE}/7"))
    assert "jtel says: Dialler campaign not found" in done.stderr


@pytest.mark.parametrize(
    ("found", "deleted"),
    [
        ([CAMPAIGN], True),
        ([], False),
        ([{**CAMPAIGN, "Name": "Campaign 10000"}], False),
        ([CAMPAIGN, {"ID": 8, "Name": "Campaign 10000"}], False),
    ],
)
def test_delete_by_name(desk: Desk, found: list[dict[str, Any]], deleted: bool) -> None:
    """jtel does not say how it compares names, so only a name that can mean one campaign is sent to it."""
    desk.server.replies |= {_NAMED: listed(found), _DELETE: Told(b"{}")}

    done = desk.run("campaigns", "delete-named", "Campaign 1000", "--yes")

    assert (0 if deleted else 2, int(deleted)) == (done.returncode, desk.server.count(_DELETE))
    assert all(f'campaign {one["ID"]} "{one["Name"]}"' in done.stderr for one in found)


def test_source(desk: Desk) -> None:
    """Each source has its own jtel; one whose jtel is not known is told which settings it needs."""
    desk.server.replies["GET /users"] = listed([USER])
    own = {f"{name}_BERLIN_2": value for name, value in desk.server.environment.items()}

    done = desk.run("users", "list", "--source", "berlin-2", **{**own, "JTEL_URL": "http://127.0.0.1:9"})
    unknown = desk.run("users", "list", "--source", "berlin-3")

    assert (0, 2) == (done.returncode, unknown.returncode)
    assert "JTEL_URL_BERLIN_3, JTEL_TOKEN_BERLIN_3, JTEL_CLIENTS_ID_BERLIN_3" in unknown.stderr


def test_wrong_settings(desk: Desk) -> None:
    """A wrong setting is a sentence."""
    done = desk.run("users", "list", JTEL_CLIENTS_ID="one")

    assert (2, "Error: JTEL_CLIENTS_ID: wanted is the ClientsID, a whole number\n") == (done.returncode, done.stderr)


def test_wrong_token(desk: Desk) -> None:
    """So is what jtel does not take, and the token is not repeated."""
    done = desk.run("users", "list", JTEL_TOKEN="another-token")

    assert 1 == done.returncode
    assert "jtel does not take the token" in done.stderr
    assert "another-token" not in done.stderr

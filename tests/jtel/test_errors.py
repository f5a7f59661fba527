"""What jtel, or something before it, answers instead: a reason each, and whether it may have been done all the same."""

import gzip
import re
from typing import Any

import pytest

from app.domain.errors import RingbackError
from app.domain.reasons import Reason
from app.jtel.access import JtelAccess
from app.jtel.client import JtelClient
from app.jtel.errors import JtelError
from app.jtel.new_event import NewEvent
from tests.jtel.conftest import PATIENT
from tests.jtel.documented import CAMPAIGN, EVENT, GROUP
from tests.support.jtel import HTML, JtelServer, Reply, Told, as_json, failure, listed, single
from tests.support.process import free_port

READ, LIST, CREATE = "GET /acd/groups/group/1", "GET /acd/events", "POST /acd/events/create"
NEW = NewEvent("49301234567", "Please call", group_id=1)
TRIES = 1 + len(PATIENT.pauses)

# Answer; reason; whether it is unknown of a create; how often a read is tried.
ANSWERS: list[tuple[Told, Reason, bool, int]] = [
    (failure(400, "Missing AcdGroupsID"), Reason.JTEL_REQUEST_REFUSED, False, 1),
    (Told(status=400), Reason.JTEL_REQUEST_REFUSED, False, 1),
    (failure(401, "Unauthorized"), Reason.JTEL_LOGIN_REFUSED, False, 1),
    (Told(status=401), Reason.JTEL_LOGIN_REFUSED, False, 1),
    (Told(HTML, 401), Reason.JTEL_LOGIN_REFUSED, False, 1),
    (failure(404, "Group not found"), Reason.JTEL_NOT_FOUND, False, 1),
    (Told(status=404), Reason.JTEL_CALL_UNKNOWN, False, 1),
    (Told(HTML, 404), Reason.JTEL_ANSWER_UNREADABLE, False, 1),
    (failure(409, "It exists"), Reason.JTEL_CONFLICT, False, 1),
    (failure(500, "Internal"), Reason.JTEL_FAILED, True, TRIES),
    (Told(status=500), Reason.JTEL_FAILED, True, TRIES),
    (Told(HTML, 502), Reason.JTEL_FAILED, True, TRIES),
    (Told(HTML, 504), Reason.JTEL_FAILED, True, TRIES),
    (Told(HTML, 403), Reason.JTEL_ANSWER_UNREADABLE, False, 1),
    (Told(HTML, 408), Reason.JTEL_ANSWER_UNREADABLE, True, 1),
    (failure(429, "Slow down"), Reason.JTEL_ANSWER_UNREADABLE, False, 1),
    (Told(HTML), Reason.JTEL_ANSWER_UNREADABLE, True, 1),
    (Told(b""), Reason.JTEL_ANSWER_UNREADABLE, True, 1),
    (Told(b"[" * 100_000), Reason.JTEL_ANSWER_UNREADABLE, True, 1),
    (as_json([]), Reason.JTEL_ANSWER_UNREADABLE, True, 1),
    (as_json({"records": [], "count": 0, "status": 200}), Reason.JTEL_ANSWER_UNREADABLE, True, 1),
    (as_json({"records": ["4711"], "count": 1, "status": 200}), Reason.JTEL_ANSWER_UNREADABLE, True, 1),
    (as_json({"status": 404, "error": "Group not found"}), Reason.JTEL_NOT_FOUND, False, 1),
    (Told(status=302, headers={"Location": "/login"}), Reason.JTEL_ANSWER_UNREADABLE, True, 1),
    (Told(status=307, headers={"Location": "/login"}), Reason.JTEL_ANSWER_UNREADABLE, False, 1),
    (Told(hang_up=True), Reason.JTEL_CONNECTION_LOST, True, TRIES),
    (Told(single(EVENT).body, cut=20), Reason.JTEL_CONNECTION_LOST, True, TRIES),
]
NAMES = [f"{told.status} {reason.word} {number}" for number, (told, reason, *_) in enumerate(ANSWERS)]


def test_it_is_of_the_one_tree() -> None:
    """Who catches what Ringback raises, catches it."""
    assert issubclass(JtelError, RingbackError)


@pytest.mark.parametrize(("told", "reason", "unknown", "tries"), ANSWERS, ids=NAMES)
def test_answers_to_a_read(
    server: JtelServer, client: JtelClient, told: Told, reason: Reason, unknown: bool, tries: int
) -> None:
    """A read is tried again where that may help. It has done nothing, so nothing is unknown."""
    server.replies[READ] = told

    with pytest.raises(JtelError) as raised:
        client.group(1)

    assert (reason, False) == (raised.value.reason, raised.value.unknown)
    assert tries == server.count(READ)


@pytest.mark.parametrize(("told", "reason", "unknown", "tries"), ANSWERS, ids=NAMES)
def test_answers_to_a_create(
    server: JtelServer, client: JtelClient, told: Told, reason: Reason, unknown: bool, tries: int
) -> None:
    """A create is never sent twice, and whoever may have created the event leaves it unknown."""
    server.replies[CREATE] = told

    with pytest.raises(JtelError) as raised:
        client.create_event(NEW)

    assert (reason, unknown) == (raised.value.reason, raised.value.unknown)
    assert 1 == server.count(CREATE)


_OF_LISTS = [row for row in ANSWERS if (row[0].cut is None and row[0].body != b"") or row[0].status != 200]


@pytest.mark.parametrize(("told", "reason", "unknown", "tries"), _OF_LISTS)
def test_answers_to_a_list(
    server: JtelServer, client: JtelClient, told: Told, reason: Reason, unknown: bool, tries: int
) -> None:
    """A list that is none is an error as well, and never an empty list."""
    server.replies[LIST] = told
    if told.body == as_json({"records": [], "count": 0, "status": 200}).body:
        assert [] == list(client.events())
        return

    with pytest.raises(JtelError) as raised:
        list(client.events())

    assert reason is raised.value.reason
    assert tries == server.count(LIST)


WRITES: list[tuple[str, str, tuple[Any, ...]]] = [
    (CREATE, "create_event", (NEW,)),
    ("PATCH /cockpitVariables/cockpitVariable/5/setValue", "set_variable", (5, 1)),
    ("POST /dialler/campaigns/clone", "clone_campaign", ("a", "b")),
    ("DELETE /dialler/campaigns/campaign/5", "delete_campaign", (5,)),
    ("DELETE /dialler/campaigns/campaign", "delete_campaign_named", ("a",)),
]


@pytest.mark.parametrize(("call", "name", "given"), WRITES, ids=[row[1] for row in WRITES])
@pytest.mark.parametrize("told", [Told(HTML, 502), Told(hang_up=True)], ids=["502", "hang up"])
def test_no_write_is_sent_twice(
    server: JtelServer, client: JtelClient, told: Told, call: str, name: str, given: Any
) -> None:
    """Whatever changes something is sent once, and its outcome is unknown when it breaks."""
    server.replies[call] = told

    with pytest.raises(JtelError) as raised:
        getattr(client, name)(*given)

    assert (True, 1) == (raised.value.unknown, server.count(call))


@pytest.mark.parametrize(("call", "name", "given"), WRITES, ids=[row[1] for row in WRITES])
def test_no_write_waits_for_ever(server: JtelServer, hasty: JtelClient, call: str, name: str, given: Any) -> None:
    """What hangs is given up, and its outcome is unknown."""
    server.replies[call] = Told(hang=True)

    with pytest.raises(JtelError) as raised:
        getattr(hasty, name)(*given)

    assert (Reason.JTEL_TIMEOUT, True, 1) == (raised.value.reason, raised.value.unknown, server.count(call))


@pytest.mark.parametrize("call", [READ, LIST])
def test_no_read_waits_for_ever(server: JtelServer, hasty: JtelClient, call: str) -> None:
    """The same for what reads, which is not unknown."""
    server.replies[call] = Told(hang=True)

    with pytest.raises(JtelError) as raised:
        list(hasty.events()) if call == LIST else hasty.group(1)

    assert (Reason.JTEL_TIMEOUT, False, 1) == (raised.value.reason, raised.value.unknown, server.count(call))


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}", "http://jtel.invalid:{port}", "https://127.0.0.1:{port}"],
)
@pytest.mark.parametrize(("call", "name", "given"), [("", "group", (1,)), *WRITES], ids=lambda value: str(value)[:20])
def test_what_was_not_sent_is_not_unknown(url: str, call: str, name: str, given: Any) -> None:
    """Without a connection nothing was done."""
    access = JtelAccess(url.format(port=free_port()), "token", "1")

    with pytest.raises(JtelError) as raised:
        getattr(JtelClient(access, PATIENT), name)(*given)

    assert (Reason.JTEL_UNREACHABLE, False, True) == (
        raised.value.reason,
        raised.value.unknown,
        raised.value.unsent,
    )


def test_answer_that_comes_drop_by_drop(server: JtelServer, hasty: JtelClient) -> None:
    """An answer has to be whole in time, however often a bit of it comes."""
    server.replies[READ] = Told(iter(lambda: server.pause(0.02), b""))

    with pytest.raises(JtelError) as raised:
        hasty.group(1)

    assert Reason.JTEL_TIMEOUT is raised.value.reason


def test_list_that_comes_drop_by_drop(server: JtelServer, hasty: JtelClient) -> None:
    """A list may be long, but each piece of it has its time."""
    server.replies[LIST] = Told(iter(lambda: server.pause(0.02), b""))

    with pytest.raises(JtelError) as raised:
        list(hasty.events())

    assert Reason.JTEL_TIMEOUT is raised.value.reason


@pytest.mark.parametrize("status", [200, 400])
def test_answer_without_end(server: JtelServer, client: JtelClient, status: int) -> None:
    """What is longer than any answer of jtel's is none, and is not read on."""
    server.replies[READ] = Told(iter(lambda: b" " * 65_536, b""), status)

    with pytest.raises(JtelError) as raised:
        client.group(1)

    assert Reason.JTEL_ANSWER_UNREADABLE is raised.value.reason


def test_packed_answers(server: JtelServer, client: JtelClient) -> None:
    """A proxy may pack what jtel says."""
    for call, told in ((READ, single(GROUP)), (LIST, listed([EVENT] * 100))):
        assert isinstance(told.body, bytes)
        server.replies[call] = Told(gzip.compress(told.body), headers={"Content-Encoding": "gzip"})

    assert 235 == client.group(1).id
    assert 100 == len(list(client.events()))


@pytest.mark.parametrize("told", [Told(HTML, 503), Told(hang_up=True)], ids=["503", "hang up"])
def test_a_read_that_goes_well_the_second_time(server: JtelServer, client: JtelClient, told: Reply) -> None:
    """Trouble that passes is not told."""
    server.replies[READ] = [told, single(GROUP)]
    server.replies[LIST] = [told, listed([EVENT])]

    assert 235 == client.group(1).id
    assert [4711] == [event.id for event in client.events()]


def test_jtels_own_word_is_kept_apart(server: JtelServer, client: JtelClient) -> None:
    """What jtel says is for a person: it may quote what it was asked for, so it is in no message."""
    server.replies["POST /dialler/campaigns/clone"] = failure(404, "Dialler campaign Müller not found")

    with pytest.raises(JtelError) as raised:
        client.clone_campaign("Müller", "b")

    assert "Dialler campaign Müller not found" == raised.value.said
    assert "Müller" not in raised.value.message


@pytest.mark.parametrize("status", [200, 201, 204])
def test_answers_to_a_clone_that_nobody_documents(server: JtelServer, client: JtelClient, status: int) -> None:
    """That it went well is enough: what else jtel says of a clone or a deletion is not documented."""
    server.replies["POST /dialler/campaigns/clone"] = Told(b"" if status == 204 else b'{"records":[]}', status)
    server.replies["DELETE /dialler/campaigns/campaign/7"] = single(CAMPAIGN)

    client.clone_campaign("a", "b")
    client.delete_campaign(7)


@pytest.mark.parametrize(
    ("told", "reason", "unknown"),
    [
        (Told(HTML), Reason.JTEL_ANSWER_UNREADABLE, True),
        (Told(b"OK", 201), Reason.JTEL_ANSWER_UNREADABLE, True),
        (as_json({"status": "409", "error": "It exists"}), Reason.JTEL_CONFLICT, False),
        (as_json({"status": 500}), Reason.JTEL_FAILED, True),
    ],
)
@pytest.mark.parametrize(("call", "name", "given"), WRITES[2:], ids=[row[1] for row in WRITES[2:]])
def test_200_does_not_say_that_it_was_done(
    server: JtelServer,
    client: JtelClient,
    call: str,
    name: str,
    given: Any,
    told: Told,
    reason: Reason,
    unknown: bool,
) -> None:
    """A sign-in page has cloned and deleted nothing, and an envelope with an error has not either."""
    server.replies[call] = told

    with pytest.raises(JtelError) as raised:
        getattr(client, name)(*given)

    assert (reason, unknown) == (raised.value.reason, raised.value.unknown)


@pytest.mark.parametrize("event_id", [None, 0, -1, "x", True])
def test_created_without_an_id(server: JtelServer, client: JtelClient, event_id: Any) -> None:
    """An event that cannot be named may be there all the same."""
    server.replies[CREATE] = single({**EVENT, "ID": event_id})

    with pytest.raises(JtelError) as raised:
        client.create_event(NEW)

    assert (Reason.JTEL_ANSWER_UNREADABLE, True) == (raised.value.reason, raised.value.unknown)


@pytest.mark.parametrize("result", [5, -1, None, "five", [0], True])
def test_result_of_a_variable_that_nobody_documents(server: JtelServer, client: JtelClient, result: Any) -> None:
    """What is not one of the five results is no answer: whether the variable is set is unknown."""
    server.replies["PATCH /cockpitVariables/cockpitVariable/5/setValue"] = as_json({"result": result})

    with pytest.raises(JtelError) as raised:
        client.set_variable(5, 1)

    assert (Reason.JTEL_ANSWER_UNREADABLE, True) == (raised.value.reason, raised.value.unknown)


def test_messages_are_sentences() -> None:
    """A message can be shown as it is."""
    for told, reason, _, _ in ANSWERS:
        with JtelServer({READ: told}) as server, pytest.raises(JtelError) as raised:
            JtelClient(server.access, PATIENT).group(1)
        assert re.fullmatch(r"[A-Zj].*\.", raised.value.message), reason

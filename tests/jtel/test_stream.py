"""Lists, which jtel gives whole, however long they are."""

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from app.domain.reasons import Reason
from app.jtel.client import JtelClient
from app.jtel.errors import JtelError
from tests.jtel.documented import EVENT, GROUP
from tests.support.jtel import HTML, JtelServer, Told, events_stream, listed

MANY = 5_000
# In bytes. All of them at once take 15 MB; one at a time, with the server of this test, 0.7 MB.
LITTLE = 6_000_000


def events(count: int) -> Iterator[dict[str, Any]]:
    return ({**EVENT, "ID": number} for number in range(1, count + 1))


def test_memory_is_constant(server: JtelServer, client: JtelClient) -> None:
    """However many events jtel has, one at a time is in memory."""
    server.replies["GET /acd/events"] = events_stream(events(MANY), MANY)

    tracemalloc.start()
    count = sum(1 for _ in client.events())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == MANY
    assert peak < LITTLE


def test_what_came_counts_when_it_breaks_off(server: JtelServer, client: JtelClient) -> None:
    """A list that breaks off has given what came before it; it is not asked for again by itself."""
    whole = listed([*events(2000)])
    assert isinstance(whole.body, bytes)
    server.replies["GET /acd/events"] = Told(whole.body, cut=len(whole.body) // 2)
    ids: list[int | None] = []

    with pytest.raises(JtelError) as raised:
        ids.extend(event.id for event in client.events())

    assert [*range(1, len(ids) + 1)] == ids
    assert 500 < len(ids) < 1500
    assert Reason.JTEL_CONNECTION_LOST is raised.value.reason
    assert 1 == server.count("GET /acd/events")


def test_silence_in_the_middle(server: JtelServer, hasty: JtelClient) -> None:
    """A list that stops coming is given up."""

    def pieces() -> Iterator[bytes]:
        yield b'{"records":[' + b'{"ID":1},' * 20_000
        server.wait()

    server.replies["GET /acd/events"] = Told(pieces())

    with pytest.raises(JtelError) as raised:
        list(hasty.events())

    assert Reason.JTEL_TIMEOUT is raised.value.reason


def test_nothing_is_asked_before_it_is_wanted(server: JtelServer, client: JtelClient) -> None:
    """Who makes a list and drops it has asked nothing."""
    client.events()

    assert [] == server.asked


@pytest.mark.parametrize(
    "told",
    [
        listed([GROUP], count=2),
        listed([GROUP], count="2"),
        listed([GROUP], limitPageSize=1),
        listed([GROUP], limitPageSize="1"),
        Told(b'{"records":{},"count":0,"status":200}'),
        Told(b'{"records":"","status":200}'),
        Told(b'{"filter":"","count":0,"status":200}'),
        Told(b'{"status":200,"count":1,"records":[1]}'),
        Told(b'{"records":[{"ID":1},'),
        Told(b'{"records":[{"ID":1}], oops'),
        Told(b'{"records":[' + b"[" * 100_000),
        Told(b'{"records":[' + b'{"a":' * 100_000),
        Told(HTML),
        Told(status=204),
        Told(listed([GROUP]).body, status=201),
    ],
    ids=[
        "fewer than counted",
        "fewer than counted in text",
        "a page",
        "a page in text",
        "an object for records",
        "a text for records",
        "no records",
        "no objects",
        "cut",
        "no JSON",
        "deep arrays",
        "deep objects",
        "HTML",
        "204",
        "201",
    ],
)
def test_what_is_no_whole_list(server: JtelServer, client: JtelClient, told: Told) -> None:
    """A list that is not whole is never taken for one."""
    server.replies["GET /acd/groups"] = told

    with pytest.raises(JtelError) as raised:
        client.groups()

    assert Reason.JTEL_ANSWER_UNREADABLE is raised.value.reason


@pytest.mark.parametrize(
    "body",
    [
        b'{"records":[],"count":0,"status":200}',
        b'{"count":2,"status":200,"records":[{"ID":1},{"ID":2}]}',
        b'{"records":[{"ID":1,"Name":"]},\\"count\\":9,\\"status\\":500"}],"count":1,"status":200}',
        b' {\n "limitPageSize" : -1, "records" : [\n{"ID": 1, "status": 500, "count": 7}\n] , "count" : 1 }',
        b'{"records":[{"ID":1,"inner":{"records":[1,2]}}],"count":1,"status":200}',
        b'{"records":[{"ID":1}]}',
        b'{"records":null,"count":0,"status":"200"}',
    ],
)
def test_envelopes_of_other_orders(server: JtelServer, client: JtelClient, body: bytes) -> None:
    """The envelope may stand in any order, and what a record says is never taken for it."""
    server.replies["GET /acd/groups"] = Told(body)

    assert body.count(b'"ID"') == len(client.groups())


@pytest.mark.parametrize(
    ("status", "reason"), [(401, Reason.JTEL_LOGIN_REFUSED), ("404", Reason.JTEL_NOT_FOUND), (500, Reason.JTEL_FAILED)]
)
def test_error_in_the_envelope(server: JtelServer, client: JtelClient, status: Any, reason: Reason) -> None:
    """The envelope's status counts where HTTP says that all is well."""
    server.replies["GET /acd/groups"] = listed([], status=status, error="as jtel says")

    with pytest.raises(JtelError) as raised:
        client.groups()

    assert (reason, "as jtel says") == (raised.value.reason, raised.value.said)

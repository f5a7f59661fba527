"""Faults strike jtel's API as they strike Salesforce's: what reconcile and the way back are tested with."""

from collections.abc import Iterator

import pytest

from app.domain.reasons import Reason
from app.jtel.access import JtelAccess
from app.jtel.client import JtelClient
from app.jtel.errors import JtelError
from app.jtel.http import Patience
from app.jtel.new_event import NewEvent
from app.sandbox.jtel.rest import CLIENTS_ID, TOKEN
from tests.sandbox.jtel.conftest import Ask
from tests.support.sandbox import RunningSandbox

EVENT = NewEvent("4930901821", "Offer", group_id=235)
CREATE = "POST /rest/"


@pytest.fixture
def hurried(sandbox: RunningSandbox) -> Iterator[JtelClient]:
    """A client that waits a second for an answer."""
    yield JtelClient(JtelAccess(sandbox.url, TOKEN, CLIENTS_ID), Patience(answer=1.0))
    sandbox.clear_faults()


@pytest.mark.parametrize(
    ("fault", "parameters", "done"),
    [
        ("hang", {}, False),
        ("reset_before", {}, False),
        ("reset_after", {}, True),
        ("html", {"status": 502}, False),
        ("unavailable", {}, False),
        ("error", {"code": "ANY", "status": 500, "message": "Internal error"}, False),
    ],
)
def test_nobody_knows_whether_it_was_created(
    hurried: JtelClient, sandbox: RunningSandbox, fault: str, parameters: dict[str, object], done: bool
) -> None:
    """The client says so for each of them; only after `reset_after` the event is there."""
    sandbox.fault(fault, match=CREATE, **parameters)
    with pytest.raises(JtelError) as raised:
        hurried.create_event(EVENT)
    sandbox.clear_faults()

    assert raised.value.unknown
    assert len(list(hurried.events())) == (3 if done else 2)


def test_an_error_has_jtels_own_form(ask: Ask, sandbox: RunningSandbox) -> None:
    """Not that of Salesforce."""
    sandbox.fault("error", code="ANY", status=500, message="Internal error", match=CREATE)
    answer = ask("POST", "/acd/events/create", {})

    assert (answer.status_code, answer.json()) == (500, {"status": 500, "error": "Internal error"})


def test_a_proxy_answers_in_its_place(ask: Ask, sandbox: RunningSandbox) -> None:
    """HTML that is none of Salesforce's."""
    sandbox.fault("html", status=502, match="GET /rest/")
    answer = ask("GET", "/acd/events")

    assert answer.status_code == 502
    assert "502 Bad Gateway" in answer.text


def test_a_list_breaks_off(client: JtelClient, sandbox: RunningSandbox) -> None:
    """In its midst: nobody must take what has come for all."""
    sandbox.jtel("events", [{} for _ in range(5000)])
    sandbox.fault("cut", after=500_000, share=1.0, match="GET /rest/")
    events = client.events()

    assert next(events).id == 4700
    with pytest.raises(JtelError) as raised:
        list(events)
    assert raised.value.reason is Reason.JTEL_CONNECTION_LOST


def test_salesforce_has_its_faults_alone(ask: Ask, sandbox: RunningSandbox) -> None:
    """A fault that names no call strikes Salesforce's data only, as before."""
    sandbox.fault("unavailable", share=1.0)

    assert ask("GET", "/acd/groups").status_code == 200

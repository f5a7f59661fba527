"""The page to try a mapping: what it takes, what it shows, and what it writes down."""

import json

import pytest
from sqlalchemy import delete

from app.console.trying.picks import EXAMPLES
from app.ledger.audit import AuditTrail, Deed
from app.ledger.tables import audit
from tests.support.console_client import ConsoleClient
from tests.support.console_users import OPERATOR, VIEWER
from tests.support.ringback import RunningRingback
from tests.support.writing import writing

PAYLOAD = {"AcdEventsID": 4711, "CallbackNumber": "4930901820", "Subject": "Offer <b>4711</b>"}
RULES = """
rules:
  - name: offers
    when: {subject: {matches: "(?i)offer.*"}}
    fields: {Subject: "About an offer", Priority: High}
  - name: the-rest
"""


@pytest.fixture
def client(console: RunningRingback) -> ConsoleClient:
    """An operator, and nothing in the audit."""
    client = ConsoleClient(console.url)
    client.sign_in(*OPERATOR)
    with writing(console.database) as connection:
        connection.execute(delete(audit))
    return client


def deeds(console: RunningRingback) -> list[Deed]:
    return list(AuditTrail(console.database).latest(10))


def test_it_explains_what_the_rules_make(client: ConsoleClient) -> None:
    """The record, what gave each field, and the rules that were passed over; what a caller wrote is shown as text."""
    page = client.post("/console/try", payload=json.dumps(PAYLOAD)).text

    for shown in ("+4930901820", "everyone-else", "b2b", "SuppliedPhone", "default-4711", "ringback.yaml:"):
        assert shown in page
    assert "&lt;b&gt;4711" in page
    assert "<b>4711" not in page


def test_a_pasted_configuration_is_compared(client: ConsoleClient) -> None:
    page = client.post("/console/try", payload=json.dumps(PAYLOAD), config=RULES).text

    for shown in ("What is different", "About an offer", "pasted.yaml:5", "offers"):
        assert shown in page


def test_what_is_wrong_with_it_is_told_with_its_line(client: ConsoleClient) -> None:
    page = client.post("/console/try", payload=json.dumps(PAYLOAD), config=RULES.replace("fields", "feilds")).text

    assert "pasted.yaml:5" in page
    assert "has errors" in page


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir()))
def test_each_example_can_be_loaded_and_tried(client: ConsoleClient, name: str) -> None:
    page = client.post("/console/try", load="example", example=name).text
    text = page.partition('<textarea name="payload"')[2].partition(">\n")[2].partition("</textarea>")[0]
    assert text

    assert "takes it" in client.post("/console/try", payload=(EXAMPLES / name).read_text()).text or "?" in text[:1]


def test_a_callback_that_came_can_be_tried(client: ConsoleClient, console: RunningRingback) -> None:
    """As it came, and changed; each look at it is in the audit, before it is shown."""
    console.post(PAYLOAD)
    entry = console.wait_for("delivered")[0]
    loaded = client.post("/console/try", load="callback", callback=entry["id"]).text
    tried = client.post("/console/try", callback=entry["id"], payload="").text
    changed = {**PAYLOAD, "Subject": "Another"}
    other = client.post("/console/try", callback=entry["id"], payload=json.dumps(changed), config=RULES).text

    assert "4930901820" in loaded
    assert "default-4711" in tried
    assert "the-rest" in other
    assert [(deed.deed, deed.entry_id, deed.note, deed.user) for deed in deeds(console)] == [
        ("try", entry["id"], "with a pasted configuration", OPERATOR[0]),
        ("try", entry["id"], "with the configuration in force", OPERATOR[0]),
        ("raw", entry["id"], "to try a mapping", OPERATOR[0]),
    ]


def test_nothing_is_written(client: ConsoleClient, console: RunningRingback) -> None:
    """No callback, and nothing in Salesforce."""
    client.post("/console/try", payload=json.dumps(PAYLOAD), config=RULES)

    assert console.entries() == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "nothing to try"),
        ({"callback": "999999"}, "nothing to try"),
        ({"load": "callback", "callback": "999999"}, "no such payload"),
        ({"load": "callback"}, "no such payload"),
        ({"load": "example", "example": "../README.md"}, "no such payload"),
        ({"payload": "x" * 70_000}, "too much"),
        ({"payload": "{", "config": ""}, "json_broken"),
        ({"payload": "{}", "source": "nowhere"}, "There is no source nowhere"),
        ({"payload": "{}", "config": "#" * 200_001}, "too much"),
    ],
)
def test_what_cannot_be_tried_is_told(client: ConsoleClient, form: dict[str, str], said: str) -> None:
    answer = client.post("/console/try", **form)

    assert answer.status_code == 200
    assert said in answer.text


def test_the_configuration_in_force_can_be_loaded(client: ConsoleClient) -> None:
    """To change it and to see what that does."""
    page = client.post("/console/try", config_in_force="1", payload="{}").text

    assert "# How a callback becomes a Case." in page


def test_a_viewer_may_not(console: RunningRingback) -> None:
    client = ConsoleClient(console.url)
    client.sign_in(*VIEWER)

    assert client.get("/console/try").status_code == 403
    assert client.post("/console/try", payload=json.dumps(PAYLOAD)).status_code == 403
    assert "/console/try" not in client.get("/console/").text

"""`ringback show`, as an operator calls it."""

import json
from typing import Any

import pytest

from app.domain.entry import State
from app.domain.record import Dropped
from app.ledger.heartbeats import Heartbeats
from app.ledger.ledger import Attempted
from app.ledger.pauses import ORG, Pauses, rule_scope
from app.operations.named import named
from tests.support.desk import NUMBER, Desk
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox


def shown(desk: Desk, *arguments: object) -> dict[str, Any]:
    done = desk.run("show", "--json", *arguments)
    assert 0 == done.returncode, done.stderr
    (one,) = map(json.loads, done.stdout.splitlines())
    found: dict[str, Any] = one
    return found


def meant(desk: Desk, name: object) -> int:
    """The id of the one entry that commands take the name for."""
    (one,) = named(desk.ledger, str(name), ())
    return one.id


def test_by_any_name(desk: Desk) -> None:
    """An entry is found by its id, by source and event, and by its event."""
    desk.add()
    entry = desk.add(source="berlin-2")

    names = [str(entry.id), f"berlin-2/{entry.event_id}", str(entry.event_id)]

    assert [entry.id] * 3 == [shown(desk, name)["id"] for name in names]


def test_id_and_event(desk: Desk) -> None:
    """A number that is an entry's id and another's event is not guessed; each name in the list means one of them."""
    first = desk.add()
    other = desk.add(fields={"AcdEventsID": first.id})

    done = desk.run("show", first.id)
    lines = desk.run("show", "--json", first.id).stdout.splitlines()

    assert 2 == done.returncode
    assert f"write id:{first.id} or default/{first.id}." in done.stderr
    assert ["NAME", "MEANS", "ID"] == done.stdout.split()[:3]
    assert [("id in the list", first.id), ("event", other.id)] == [
        (one["means"], one["id"]) for one in map(json.loads, lines)
    ]
    assert [first.id, other.id] == [meant(desk, json.loads(line)["name"]) for line in lines]


def test_by_what_salesforce_and_an_answer_say(desk: Desk) -> None:
    """A Case number, a Case id in both lengths, the id of a request and the external id lead to the callback."""
    desk.add(State.DELIVERED, record_id="500Rb0000000009IAA", record_number="00001009")
    case: dict[str, Any] = {"record_id": "500Rb0000000001IAA", "record_number": "00001001", "org_id": "00D1"}
    entry = desk.add(State.DELIVERED, **case, request_id="fea0861e2e3c4551b54df2a222836d38")
    names = ["00001001", "500Rb0000000001IAA", "500Rb0000000001", "500RB0000000001IAA", "case:00001001"]
    names += ["fea0861e2e3c4551b54df2a222836d38", f"default-{entry.event_id}", f"request:{entry.request_id}"]

    assert {entry.id} == {shown(desk, names[0])["id"], *(meant(desk, name) for name in names)}
    assert 2 == desk.run("show", "500rb0000000001").returncode


def test_case_of_several_callbacks(desk: Desk) -> None:
    """A Case number shows each callback whose wish stands in the Case."""
    case: dict[str, Any] = {"record_id": "500Rb0000000001IAA", "record_number": "00001001", "org_id": "00D1"}
    entries = [desk.add(State.DELIVERED, **case) for _ in range(2)]

    done = desk.run("show", "--json", "00001001")

    assert [one.id for one in entries] == [json.loads(line)["id"] for line in done.stdout.splitlines()]


def test_case_numbers_of_two_orgs(desk: Desk) -> None:
    """The same Case number in two orgs means two Cases."""
    first = desk.add(State.DELIVERED, record_id="500Rb0000000001IAA", record_number="00001001", org_id="00D1")
    desk.add(State.DELIVERED, record_id="500Rb0000000007IAA", record_number="00001001", org_id="00D2")

    done = desk.run("show", "00001001")

    assert 2 == done.returncode
    assert "case:500Rb0000000001IAA or case:500Rb0000000007IAA" in done.stderr
    assert first.id == shown(desk, "case:500Rb0000000001IAA")["id"]


def test_leading_zeros(desk: Desk) -> None:
    """Zeros before an event id mean nothing, those before a Case number belong to it."""
    desk.add()
    event = desk.add(fields={"AcdEventsID": 1001})
    case = desk.add(State.DELIVERED, record_id="500Rb0000000001IAA", record_number="00001001")

    done = desk.run("show", "00001001")

    assert event.id == meant(desk, "001001") == meant(desk, "default/00001001")
    assert 2 == done.returncode
    assert "write default/1001 or case:500Rb0000000001IAA." in done.stderr
    assert case.id == meant(desk, "case:00001001")


def test_content_as_the_list_names_it(desk: Desk) -> None:
    """A later version is found by what the column EVENT says, and by its external id."""
    first = desk.add()
    second = desk.add(fields={"AcdEventsID": first.event_id, "Subject": "Another"})

    names = [f"{first.event_id}-2", f"default/{first.event_id}-2", f"default-{first.event_id}-2"]

    assert {second.id} == {meant(desk, name) for name in names}


def test_only_of_a_source(desk: Desk) -> None:
    """--source chooses where several sources have the event."""
    entry = desk.add()
    other = desk.add(fields={"AcdEventsID": entry.event_id}, source="berlin-2")

    assert other.id == shown(desk, "--source", "berlin-2", entry.event_id)["id"]
    assert 2 == desk.run("show", "--source", "nobody", entry.event_id).returncode
    assert 2 == desk.run("show", "--source", "default", f"berlin-2/{entry.event_id}").returncode


@pytest.mark.parametrize(
    "body", [b'{"AcdEventsID": 4711}', b'{"AcdEventsID": 4711, "Subject": "x', b"AcdEventsID=4711"]
)
def test_what_was_not_understood(desk: Desk, body: bytes) -> None:
    """It is found by the event that it names, and says what was wrong; the event's own versions come first."""
    desk.add_invalid(b'{"AcdEventsID": 47110}')
    invalid = desk.add_invalid(body)
    alone = desk.run("show", 4711).stdout
    understood = desk.add(fields={"AcdEventsID": 4711})

    both = [json.loads(line)["id"] for line in desk.run("show", "--json", 4711).stdout.splitlines()]

    assert f"Callback {invalid.id}: not understood, names event 4711, of source default" in alone
    assert (invalid.message or "")[:60] in " ".join(alone.split())
    assert [understood.id, invalid.id] == both
    assert (1, "default-4711") == (understood.turn, understood.external_id)
    assert "4711?" in desk.run("list", "--state", "invalid").stdout


def test_several_events_in_one_request(desk: Desk) -> None:
    """Each event of a request that held several leads to it."""
    invalid = desk.add_invalid(b'{"records": [{"ID": 4711, "Sender": "1"}, {"ID": 4712, "Sender": "1"}]}')

    assert {invalid.id} == {meant(desk, name) for name in ("4711", "default/4712")}
    assert 2 == desk.run("show", 471).returncode


def test_nothing_found(desk: Desk) -> None:
    """It says what was looked for."""
    said = desk.run("show", 999999).stderr

    assert 'no callback "999999"' in said
    assert "an id in the list, an event, a Case number, a request id" in said
    assert "a Case id" in desk.run("show", "500Rb0000000001IAA").stderr


def test_what_was_said(desk: Desk) -> None:
    """The words of Salesforce stand with the reason and with each attempt, once where they are the same."""
    said = "Salesforce refused the record: a validation rule of the org says «Not by phone». Set the field in the rule."
    entry = desk.add(State.FAILED, reason="validation_rule", message=f"{said}\x1b[2J", attempts=2)
    for number in range(2):
        line = Attempted(entry.received_at + number, 10, "web", "failed", "abc", "validation_rule", "CODE", said)
        desk.ledger.change(entry.id, lambda *_: None, line)

    text, found = desk.run("show", entry.id).stdout, shown(desk, entry.id)

    assert ("validation_rule", f"{said}\x1b[2J") == (found["reason"], found["message"])
    assert [said] * 2 == [moment["message"] for moment in found["timeline"] if moment["what"] == "attempt"]
    assert 2 == " ".join(text.split()).count(said)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_what_a_case_lacks(desk: Desk) -> None:
    """A Case that was made without fields is not simply done: it says which, why, and who mends it."""
    said = 'The org has no queue named "B2B".'
    dropped = (Dropped("OwnerId", "queue_not_found", said), Dropped("Origin", "value_invalid"))
    entry = desk.add(State.DELIVERED, dropped=dropped)
    removed = desk.add(State.DELIVERED, dropped=dropped[:1], purged_at=1.0)

    text, found = desk.run("show", entry.id).stdout, shown(desk, entry.id)

    assert "integrator" == found["next"]["who"]
    assert "made without OwnerId, Origin" in found["next"]["text"]
    assert f"OwnerId (queue_not_found). {said}" in text
    assert "To act: integrator" in text
    assert "has been removed" in shown(desk, removed.id)["next"]["text"]


def test_all_contents_of_an_event(desk: Desk) -> None:
    """An event that was changed is shown with each of its versions."""
    first = desk.add()
    second = desk.add(fields={"AcdEventsID": first.event_id, "Subject": "Another"})

    done = desk.run("show", "--json", f"default/{first.event_id}")

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(first.id, 1), (second.id, 2)] == [(one["id"], one["turn"]) for one in lines]


def test_event_of_several_sources(desk: Desk) -> None:
    """An event id that two sources use is not guessed."""
    entry = desk.add()
    desk.add(fields={"AcdEventsID": entry.event_id}, source="berlin-2")

    done = desk.run("show", entry.event_id)

    assert 2 == done.returncode
    assert f"berlin-2/{entry.event_id} or default/{entry.event_id}" in done.stderr


@pytest.mark.parametrize("name", ["999999", "nobody/1", "default/", "x", "-1", "1.5", "٣", "9" * 30, ""])
def test_no_such_entry(desk: Desk, name: str) -> None:
    """A name that means nothing ends with status 2 and a sentence."""
    done = desk.run("show", "--", name)

    assert 2 == done.returncode
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    assert "" == done.stdout


def test_timeline(ringback: RunningRingback, sandbox: RunningSandbox, desk: Desk, event_id: int) -> None:
    """Each attempt of a real Ringback is there with what it came to; in the end the Case."""
    sandbox.fault("error", code="UNABLE_TO_LOCK_ROW", next=2)
    ringback.post({"AcdEventsID": event_id, "Caller": NUMBER})
    ringback.wait_for("delivered")
    desk.environment["DATABASE_URL"] = ringback.database.url

    found = shown(desk, f"default/{event_id}")
    text = desk.run("show", f"default/{event_id}").stdout

    moments = found["timeline"]
    assert ["received", *["attempt"] * found["attempts"], "delivered"] == [moment["what"] for moment in moments]
    assert ("web", "failed", "record_locked", "UNABLE_TO_LOCK_ROW") == tuple(
        moments[1][key] for key in ("runner", "outcome", "reason", "code")
    )
    assert ("engine", "delivered") == (moments[-2]["runner"], moments[-2]["outcome"])
    assert {"at", "what", "runner", "outcome", "ms", "config"} == set(moments[-2])
    assert "Somebody else is changing a record" in moments[1]["message"]
    assert [moment["at"] for moment in moments] == sorted(moment["at"] for moment in moments)
    assert found["caseNumber"] in text
    assert "attempt by web: failed: record_locked (UNABLE_TO_LOCK_ROW)" in text
    assert "attempt by engine: delivered" in text
    assert "To act: nobody" in text


@pytest.mark.parametrize(
    ("state", "reason", "who", "next_step"),
    [
        (State.DELIVERED, None, None, "done"),
        (State.DISCARDED, None, None, "ringback replay"),
        (State.INVALID, "json_broken", "jtel admin", "500"),
        (State.REFUSED, "validation_rule", "integrator", "jtel may send it again"),
        (State.REFUSED, "crm_unreachable", "operator", "ringback replay"),
        (State.REFUSED, "internal_error", "developer", "ringback replay"),
        (State.FAILED, "queue_not_found", "integrator", "nobody calls back unless"),
        (State.FAILED, "login_refused", "Salesforce admin", "ringback replay"),
        (State.FAILED, "crm_timeout", "operator", "ringback replay"),
        (State.WAITING, "crm_timeout", None, "next attempt is due now"),
    ],
)
def test_who_acts(desk: Desk, state: State, reason: str | None, who: str | None, next_step: str) -> None:
    """State and reason say what happens next and who has to act."""
    Heartbeats(desk.ledger.database).beat("an-engine")
    entry = desk.add(state, reason=reason)

    advice = shown(desk, entry.id)["next"]

    assert who == advice["who"]
    assert next_step in advice["text"]


@pytest.mark.parametrize("scope", [ORG, rule_scope("everyone-else")])
def test_paused(desk: Desk, scope: str) -> None:
    """What waits for a pause says which, and who ends it."""
    Heartbeats(desk.ledger.database).beat("an-engine")
    Pauses(desk.ledger.database).begin(scope, "login_refused", 60)

    advice = shown(desk, desk.add().id)["next"]

    assert "Salesforce admin" == advice["who"]
    assert "paused: login_refused" in advice["text"]


def test_attempt_under_way_and_died(desk: Desk) -> None:
    """An attempt that is under way is told from one whose process has died."""
    Heartbeats(desk.ledger.database).beat("an-engine")

    assert "under way" in shown(desk, desk.lease(desk.add(), 60).id)["next"]["text"]
    assert "has died" in shown(desk, desk.lease(desk.add(), -60).id)["next"]["text"]


def test_no_engine(desk: Desk) -> None:
    """Where no engine runs, the operator has to start one."""
    advice = shown(desk, desk.add().id)["next"]

    assert ("operator", True) == (advice["who"], "No engine runs" in advice["text"])


def test_payload_on_demand(desk: Desk) -> None:
    """Personal data is shown when it is asked for, and only then."""
    entry = desk.add(fields={"Subject": "A secret wish"})

    without = desk.run("show", entry.id).stdout + desk.run("show", "--json", entry.id).stdout

    assert "secret" not in without
    assert NUMBER not in without
    assert "A secret wish" in desk.run("show", "--payload", entry.id).stdout
    assert NUMBER in json.loads(shown(desk, "--payload", entry.id)["payload"]["body"])["Caller"]


def test_what_salesforce_got(desk: Desk) -> None:
    """With the payload stands what was sent, and what was left out of it; without, nothing of it."""
    entry = desk.add(State.DELIVERED)
    fields = {"Subject": "A secret wish", "OwnerId": {"queue": "B2B"}}
    packed = json.dumps({"object": "Case", "fields": fields, "left_out": {"X": "y"}}).encode()
    desk.ledger.change(entry.id, lambda *_: None, Attempted(1.0, 10, "web", "delivered", "abc", sent=packed))

    told = desk.run("show", "--payload", entry.id).stdout

    assert 'Sent to Salesforce (Case):\nSubject: A secret wish\nOwnerId: {"queue": "B2B"}\n' in told
    assert "Left out of it:\nX: y\n" in told
    assert "secret" not in desk.run("show", entry.id).stdout
    assert "A secret wish" == shown(desk, "--payload", entry.id)["sent"]["fields"]["Subject"]


def test_payload_steers_no_terminal(desk: Desk) -> None:
    """Control characters and bytes that are no UTF-8 are shown, not sent to the terminal."""
    entry = desk.change(desk.add(), {"body": b"Subject=\x1b[2J\xfcber\r\nx"})

    done = desk.run("show", "--payload", entry.id, PYTHONIOENCODING="utf-8")

    assert 0 == done.returncode
    assert "\\x1b[2Jüber\\r\nx" in done.stdout
    assert "\x1b" not in done.stdout


def test_another_object_by_its_name(desk: Desk) -> None:
    """A Task is told as one, and what it was made without is mended there."""
    dropped = (Dropped("WhoId", "contact_not_found", "No Contact."),)
    entry = desk.add(State.DELIVERED, object="Task", record_id="00TRb0000000002MAA", org_id="00D1", dropped=dropped)
    told = " ".join(desk.run("show", entry.id).stdout.split())

    assert "Task 00TRb0000000002MAA in org 00D1" in told
    assert "The Task was made without WhoId: set in Salesforce what this Task needs" in told
    assert "Case" not in told

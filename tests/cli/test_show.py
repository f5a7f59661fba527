"""`ringback show`, as an operator calls it."""

import json
from typing import Any

import pytest

from app.domain.entry import State
from app.ledger.heartbeats import Heartbeats
from app.ledger.pauses import ORG, Pauses, rule_scope
from tests.operations.desk import NUMBER, Desk
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox


def shown(desk: Desk, *arguments: object) -> dict[str, Any]:
    done = desk.run("show", "--json", *arguments)
    assert 0 == done.returncode, done.stderr
    (one,) = map(json.loads, done.stdout.splitlines())
    found: dict[str, Any] = one
    return found


def test_by_any_name(desk: Desk) -> None:
    """An entry is found by its id, by source and event, and by its event."""
    desk.add()
    entry = desk.add(source="berlin-2")

    names = [str(entry.id), f"berlin-2/{entry.event_id}", str(entry.event_id)]

    assert [entry.id] * 3 == [shown(desk, name)["id"] for name in names]


def test_entry_id_wins(desk: Desk) -> None:
    """A number that is an entry's id and another's event means the entry; the event is named with its source."""
    first = desk.add()
    other = desk.add(fields={"AcdEventsID": first.id})

    assert first.id == shown(desk, first.id)["id"]
    assert other.id == shown(desk, f"default/{first.id}")["id"]


def test_all_contents_of_an_event(desk: Desk) -> None:
    """An event that was changed is shown with each of its contents."""
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


def test_payload_steers_no_terminal(desk: Desk) -> None:
    """Control characters and bytes that are no UTF-8 are shown, not sent to the terminal."""
    entry = desk.change(desk.add(), {"body": b"Subject=\x1b[2J\xfcber\r\nx"})

    done = desk.run("show", "--payload", entry.id, PYTHONIOENCODING="utf-8")

    assert 0 == done.returncode
    assert "\\x1b[2Jüber\\r\nx" in done.stdout
    assert "\x1b" not in done.stdout

"""`ringback purge`, as an operator calls it, and what is left for those who come after."""

import json
from typing import Any

from app.domain.entry import State
from app.operations.purge import DAY
from tests.support.chaos_house import wait_until
from tests.support.desk import NUMBER, Desk
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.writing import writing


def test_says_what_it_would_remove(desk: Desk) -> None:
    """Without a terminal and --yes it counts, and removes nothing."""
    entry = desk.add(State.DELIVERED, age=31 * DAY)
    desk.add(State.FAILED, age=800 * DAY)

    done = desk.run("purge")

    assert 2 == done.returncode
    assert "      1  payloads of what is delivered\n      1  whole entries, older than 730 days\n" == done.stdout
    assert desk.now(entry).body


def test_removes_it(desk: Desk) -> None:
    """With --yes it goes; a second run finds nothing."""
    entry = desk.add(State.REFUSED, age=31 * DAY)

    first, second = desk.run("purge", "--yes"), desk.run("purge", "--yes")

    assert "Removed: 1 payloads, 0 entries." in first.stdout
    assert (0, "There is nothing to remove.\n") == (second.returncode, second.stdout)
    assert desk.now(entry).purged_at


def test_settings_say_how_long(desk: Desk) -> None:
    """The settings count, and one that makes no sense stops the command."""
    desk.add(State.DELIVERED, age=3 * DAY)

    assert "1  payloads" in desk.run("purge", RINGBACK_KEEP_DAYS="2.5").stdout
    assert "nothing to remove" in desk.run("purge", RINGBACK_KEEP_DAYS="4").stdout
    wrong = desk.run("purge", RINGBACK_KEEP_DAYS="a month")
    assert 2 == wrong.returncode
    assert 'RINGBACK_KEEP_DAYS: wanted is a number of days, or "forever"' in wrong.stderr


def test_entry_does_not_go_before_its_payload(desk: Desk) -> None:
    """Where payloads are kept for good, entries are."""
    entry = desk.add(State.DELIVERED, age=4000 * DAY)

    done = desk.run("purge", "--yes", RINGBACK_KEEP_DAYS="forever")

    assert "nothing to remove" in done.stdout
    assert desk.now(entry).body


def test_show_says_that_it_is_gone(desk: Desk) -> None:
    """`ringback show` says when the payload went, and that nothing can be attempted any more."""
    entry = desk.add(State.FAILED, age=91 * DAY, reason="validation_rule")
    desk.run("purge", "--yes")

    said = desk.run("show", entry.id, "--payload").stdout
    as_json = json.loads(desk.run("show", entry.id, "--payload", "--json").stdout)

    assert "payload removed" in said
    assert "only if jtel sends it again" in " ".join(said.split())
    assert NUMBER not in said
    assert as_json["purgedAt"]
    assert "payload" not in as_json


def test_is_not_open_any_more(desk: Desk) -> None:
    """What nobody can act on is neither shown as open, unless its state is asked for, nor replayed."""
    entry = desk.add(State.REFUSED, age=31 * DAY, reason="validation_rule")
    desk.run("purge", "--yes")

    assert [] == desk.list()
    assert [entry.id] == [one["id"] for one in desk.list("--state", "refused")]
    assert "There is nothing to replay." in desk.run("replay", "--state", "refused", "--yes").stdout


def test_is_not_replayed(desk: Desk, sandbox: RunningSandbox) -> None:
    """A replay says why it cannot be; nothing is attempted."""
    entry = desk.add(State.FAILED, age=91 * DAY)
    desk.run("purge", "--yes")

    done = desk.run("replay", entry.id, "--yes")

    assert 1 == done.returncode
    assert "what jtel sent has been removed; only jtel can send it again" in done.stdout
    assert State.FAILED is desk.state(entry)
    assert 0 == sandbox.calls()["total"]


def test_repeat_is_answered_from_the_skeleton(
    ringback: RunningRingback, sandbox: RunningSandbox, desk: Desk, event_id: int
) -> None:
    """A repeat hears of its Case without a call to Salesforce; another version is a comment on it."""
    callback = {"AcdEventsID": event_id, "Caller": NUMBER, "Subject": "Offer"}
    made = ringback.post(callback).body
    desk.environment["DATABASE_URL"] = ringback.database.url
    desk.run("purge", "--yes", RINGBACK_KEEP_DAYS="0")
    calls = sandbox.calls()["total"]

    repeat = ringback.post(callback)

    assert (200, "existing", made["caseId"]) == (repeat.status, repeat.body["status"], repeat.body["caseId"])
    assert calls == sandbox.calls()["total"]
    other = ringback.post({**callback, "Subject": "Another offer"})
    assert (200, "updated", made["caseId"]) == (other.status, other.body["status"], other.body["caseId"])


def test_repeat_of_what_was_refused_brings_its_payload(
    ringback: RunningRingback, sandbox: RunningSandbox, desk: Desk, event_id: int
) -> None:
    """jtel may send again what was refused and purged: it is whole again, and waits like any other."""
    callback = {"AcdEventsID": event_id, "Caller": NUMBER, "Subject": "Offer"}
    sandbox.fault("error", code="FIELD_CUSTOM_VALIDATION_EXCEPTION", next=2, match="composite")
    assert "refused" == ringback.post(callback).body["status"]
    desk.environment["DATABASE_URL"] = ringback.database.url
    desk.run("purge", "--yes", RINGBACK_KEEP_DAYS="0")
    sandbox.fault("unavailable", next=3)

    assert "queued" == ringback.post(callback).body["status"]

    (entry,) = ringback.wait_for("delivered")
    assert entry["purged_at"] is None
    assert entry["number_index"]
    assert 1 == len(sandbox.query(f"SELECT Id FROM Case WHERE jtel_AcdEventsID__c = 'default-{event_id}'"))


def test_service_purges_by_itself(ringback: RunningRingback, desk: Desk, event_id: int) -> None:
    """What is old is removed without anybody asking, and the log counts it."""
    ringback.post({"AcdEventsID": event_id, "Caller": NUMBER})
    with writing(ringback.database) as connection:
        connection.exec_driver_sql("UPDATE entry SET received_at = received_at - 31 * 86400")
        connection.exec_driver_sql("UPDATE duty SET until = 0")

    assert wait_until(lambda: bool(ringback.entries()[-1]["purged_at"]), PATIENCE)
    assert wait_until(lambda: bool(_purged(ringback)), PATIENCE)
    assert {"delivered": 1} == _purged(ringback)[-1]["payloads"]


def _purged(ringback: RunningRingback) -> list[dict[str, Any]]:
    return [line for line in ringback.log_lines() if line.get("event") == "purged"]

"""What could not be understood is read anew by a replay."""

import json

from app.domain.entry import Entry, State
from tests.support.desk import NUMBER, Desk
from tests.support.sandbox import RunningSandbox


def replay(desk: Desk, entry: Entry) -> tuple[int, str]:
    done = desk.run("replay", entry.id, "--yes")
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_understood_now(desk: Desk, sandbox: RunningSandbox) -> None:
    """A callback that is understood now is like any other: with identity, Case, and found by its number."""
    entry = desk.add_not_understood({"AcdEventsID": 4711, "Caller": NUMBER, "AcdGroupsForeignSystemID": "SERVICE_B2B"})

    status, _ = replay(desk, entry)

    now = desk.now(entry)
    assert 0 == status
    assert (State.DELIVERED, "4711", 1, "default-4711", "b2b") == (
        now.state,
        now.event_id,
        now.turn,
        now.external_id,
        now.rule,
    )
    assert [entry.id] == [one["id"] for one in desk.list("--number", NUMBER)]
    assert 1 == len(sandbox.query("SELECT Id FROM Case WHERE jtel_AcdEventsID__c = 'default-4711'"))


def test_still_invalid(desk: Desk) -> None:
    """What still cannot be understood stays as it is, and why is said."""
    entry = desk.add_invalid(b'{"AcdEventsID": 4711}')

    status, said = replay(desk, entry)

    assert 1 == status
    assert f"{entry.id}: still invalid (number_missing). This is no callback:" in said
    assert entry == desk.now(entry)


def test_repeat_of_another(desk: Desk, sandbox: RunningSandbox) -> None:
    """If jtel has sent it again since and it was understood then, there is nothing to replay."""
    known = desk.add(State.DELIVERED)
    entry = desk.add_not_understood(json.loads(known.body))

    status, said = replay(desk, entry)

    assert 1 == status
    assert f"Entry {known.id} (delivered) is the same; discard this one." in said
    assert entry == desk.now(entry)
    assert 0 == sandbox.calls()["total"]


def test_repeat_of_what_was_read_differently(desk: Desk) -> None:
    """The same bytes are a repeat, whatever an older Ringback has read in them."""
    known = desk.add(State.DELIVERED)
    desk.change(known, {"fingerprint": json.dumps({"number": "0" * 12})})
    entry = desk.add_not_understood(json.loads(known.body))

    status, said = replay(desk, entry)

    assert (1, entry) == (status, desk.now(entry))
    assert f"Entry {known.id} (delivered) is the same" in said


def test_other_content_of_a_known_event(desk: Desk, sandbox: RunningSandbox) -> None:
    """If the event is there with other content, this one is its next version: a comment, and no second Case."""
    known = desk.add()
    desk.run("replay", known.id, "--yes")
    entry = desk.add_not_understood({**json.loads(known.body), "Subject": "Another"})

    status, said = replay(desk, entry)

    assert 0 == status, said
    assert (2, f"default-{known.event_id}-2") == (desk.now(entry).turn, desk.now(entry).external_id)
    assert 1 == len(sandbox.query("SELECT Id FROM Case WHERE jtel_AcdEventsID__c != null"))
    assert 1 == len(sandbox.query("SELECT Id FROM CaseComment"))


def test_cut_body_is_not_trusted(desk: Desk, sandbox: RunningSandbox) -> None:
    """Of what was stored only in part nothing is made: what was cut off may be half of the number."""
    entry = desk.add_not_understood({"AcdEventsID": 4711, "Caller": "49309018"}, "body_too_large")

    status, said = replay(desk, entry)

    assert 1 == status
    assert "only a part of it was stored" in said
    assert State.INVALID is desk.state(entry)


def test_source_is_gone(desk: Desk) -> None:
    """What came from a source that is no longer configured is said so."""
    entry = desk.change(desk.add_not_understood({"AcdEventsID": 4711, "Caller": NUMBER}), {"source": "gone"})

    status, said = replay(desk, entry)

    assert 1 == status
    assert "skipped: its source is not configured. Put the source gone into the configuration" in said
    assert State.INVALID is desk.state(entry)


def test_discarded_before_it_was_understood(desk: Desk) -> None:
    """What was discarded as invalid gets its identity too when it is named."""
    entry = desk.add_not_understood({"AcdEventsID": 4711, "Caller": NUMBER})
    desk.run("discard", entry.id, "--yes")

    status, _ = replay(desk, entry)

    assert 0 == status
    assert (State.DELIVERED, "default-4711") == (desk.state(entry), desk.now(entry).external_id)

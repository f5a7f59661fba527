"""The last callbacks of the ledger, on both databases, and `ringback map --last` on them."""

import json
from pathlib import Path

from app.domain.entry import State
from app.trial.recent import last_payloads
from tests.support.desk import CONFIG, Desk


def test_last_ones(desk: Desk) -> None:
    """The newest, the oldest of them first, whatever became of them, but only what had been understood.

    What was purged, or forgotten, has no payload.
    """
    desk.add(age=300)
    delivered, failed = desk.add(State.DELIVERED, age=200), desk.add(State.FAILED, age=100, source="berlin-2")
    desk.add_invalid(b"{}")
    desk.change(desk.add(State.DELIVERED), {"body": b"", "query": b"", "purged_at": 1.0})

    found = list(last_payloads(desk.ledger, 2))

    assert [f"callback {delivered.id}", f"callback {failed.id}"] == [one.name for one in found]
    assert [(one.body, one.source) for one in (delivered, failed)] == [(one.body, one.source) for one in found]
    assert found[0].received_at is not None
    assert abs(delivered.received_at - found[0].received_at.timestamp()) < 0.001


def test_change_of_rules(desk: Desk, tmp_path: Path) -> None:
    """`--diff OLD --last N` tells for the callbacks of the ledger what the rules change, and how many they are.

    The ledger is read and nothing else: no entry moves, none is attempted.
    """
    old = tmp_path / "old.yaml"
    old.write_text(CONFIG.read_text("utf-8").replace("queue: B2B Support", "queue: Other"), "utf-8")
    for _ in range(3):
        desk.add()
    entry = desk.add(fields={"AcdGroupsForeignSystemID": "SERVICE_B2B"})

    done = desk.run("map", "--diff", old, "--last", 4)
    as_json = json.loads(desk.run("map", "--diff", old, "--last", 4, "--json").stdout)

    assert 1 == done.returncode, done.stderr
    assert entry == desk.now(entry)
    assert [
        f"callback {entry.id}: event {entry.event_id} of source default",
        f'  - OwnerId: {{"queue": "Other"}}   (rule b2b, {old}:24)',
        f'  + OwnerId: {{"queue": "B2B Support"}}   (rule b2b, {CONFIG}:24)',
        "",
        "1 of 4 callbacks changes.",
        "What changes: OwnerId 1.",
    ] == done.stdout.splitlines()
    assert (4, 1, 0) == tuple(as_json[key] for key in ("callbacks", "changed", "refused"))
    assert [("fields.OwnerId", {"queue": "Other"}, {"queue": "B2B Support"})] == [
        (part["part"], part["old"], part["new"]) for part in as_json["changes"][0]["parts"]
    ]

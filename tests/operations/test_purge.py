"""What has been kept long enough goes, and nothing else, on both databases."""

import json
from collections import Counter

import pytest
from sqlalchemy import select, text

from app.domain.entry import State
from app.domain.record import Dropped
from app.ledger import batches, removal
from app.ledger.database import Database
from app.ledger.ledger import Attempted
from app.ledger.tables import entry
from app.operations.find import Choice
from app.operations.paging import ids_of
from app.operations.purge import DAY, Keep, Purge, Removed
from tests.support.desk import NUMBER, Desk
from tests.support.ledgers import fill

ENDED = (State.DELIVERED, State.REFUSED, State.INVALID, State.DISCARDED)


@pytest.mark.parametrize(
    ("state", "days"),
    [*((state, 30) for state in ENDED), (State.FAILED, 90)],
    ids=lambda one: getattr(one, "value", one),
)
def test_payload_goes_when_its_time_is_over(desk: Desk, state: State, days: int) -> None:
    """A payload older than its state allows is removed with what the number is found by; a younger one stays."""
    old = desk.add(state, age=days * DAY + 60, reason="validation_rule", record_id="500000000000001AAA")
    young = desk.add(state, age=days * DAY - 60)
    purge = Purge(desk.ledger, Keep())

    assert Removed(Counter({state: 1}), 0) == purge.plan() == purge.run()

    skeleton, kept = desk.now(old), desk.now(young)
    assert (b"", b"") == (skeleton.body, skeleton.query)
    number = desk.ledger.codec.number(f"+{NUMBER}") or ""
    assert [young.id] == ids_of(desk.ledger, Choice(numbers=[number]))
    assert (None, young.body) == (kept.purged_at, kept.body)
    assert abs((skeleton.purged_at or 0) - desk.ledger.now()) < 60
    same = ("event_id", "turn", "external_id", "state", "reason", "record_id", "received_at", "attempts")
    assert [getattr(old, name) for name in same] == [getattr(skeleton, name) for name in same]
    assert 0 == purge.run().total


def test_messages_go_with_the_payload(desk: Desk) -> None:
    """What was said goes, of the entry, of its attempts and of what was left out; what it was left out for stays."""
    said = "A trigger says «…»."
    dropped = (Dropped("OwnerId", "queue_not_found", said),)
    old = desk.add(State.FAILED, age=91 * DAY, reason="validation_rule", message=said, dropped=dropped)
    desk.ledger.change(old.id, lambda *_: None, Attempted(1.0, 5, "web", "failed", "c", "validation_rule", None, said))

    Purge(desk.ledger, Keep()).run()

    skeleton, (line,) = desk.now(old), desk.ledger.attempts(old.id)
    assert ("validation_rule", None, dropped, None) == (
        skeleton.reason,
        skeleton.message,
        skeleton.dropped,
        skeleton.dropped[0].message,
    )
    assert ("validation_rule", None) == (line.reason, line.message)


def test_fingerprint_says_nothing_any_more(desk: Desk) -> None:
    """Of the hash of each part so little is left that thousands of numbers have the same."""
    entry = desk.add(State.DELIVERED, age=31 * DAY)
    before = json.loads(entry.fingerprint or "")

    Purge(desk.ledger, Keep()).run()

    after = json.loads(desk.now(entry).fingerprint or "")
    assert {name: part[:3] for name, part in before.items()} == after


def test_what_is_open_stays(desk: Desk) -> None:
    """What waits or is being attempted keeps its payload, however old it is."""
    entries = [desk.add(age=4000 * DAY), desk.lease(desk.add(age=4000 * DAY), 60), desk.lease(desk.add(), -60)]

    assert 0 == Purge(desk.ledger, Keep(0, 0, 0)).run().total
    assert [one.body for one in entries] == [desk.now(one).body for one in entries]


def test_skeleton_goes_in_the_end(desk: Desk) -> None:
    """After two years the whole entry goes with its attempts, whether its payload had been removed or not."""
    gone = [desk.add(state, age=731 * DAY) for state in (*ENDED, State.FAILED)]
    kept = desk.add(State.DELIVERED, age=729 * DAY)
    purge = Purge(desk.ledger, Keep())

    assert Removed(Counter({State.DELIVERED: 1}), 5) == purge.plan() == purge.run()
    assert [None] * 5 == [desk.ledger.get(one.id) for one in gone]
    assert desk.now(kept).purged_at


@pytest.mark.parametrize("keep", [Keep(None, None, None), Keep(None, 30, None)])
def test_kept_for_good(desk: Desk, keep: Keep) -> None:
    """Where no time is set nothing is removed."""
    desk.add(State.DELIVERED, age=10_000 * DAY)

    assert 0 == Purge(desk.ledger, keep).run().total


def test_in_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Much is removed in many short transactions, each of which is told."""
    monkeypatch.setattr(batches, "BATCH", 2)
    for _ in range(5):
        desk.add(State.DELIVERED, age=31 * DAY)
    told: list[int] = []

    assert 5 == Purge(desk.ledger, Keep()).run(told.append).total
    assert [2, 2, 1] == told


def test_plan_reads_only_what_goes(each_database: str) -> None:
    """Neither a purge nor the look for what is to be purged reads the whole table."""
    # A new one: plans of Postgres depend on what the tables have held.
    fill(each_database)
    database = Database(each_database)
    statements = [
        removal.payloads_between(State.DELIVERED, 0.0, 1.0),
        removal.entries_before(State.DELIVERED, 1.0),
    ]
    explain = "EXPLAIN QUERY PLAN " if database.sqlite else "EXPLAIN "
    for conditions in statements:
        wanted = str(
            select(entry.c.id).where(*conditions).compile(database.engine, compile_kwargs={"literal_binds": True})
        )
        with database.read() as connection:
            connection.execute(text("SELECT 1" if database.sqlite else "SET enable_seqscan = off"))
            plan = "\n".join(str(row[-1]) for row in connection.execute(text(explain + wanted)))
        name = "entry_with_payload" if len(conditions) > 2 else "entry_by_state"

        assert name in plan, plan
    database.close()

"""What is due is handed out once, oldest first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from app.domain.entry import State
from app.ledger.ledger import Ledger
from app.ledger.queue import Queue
from app.ledger.tables import entry as rows
from tests.ledger.conftest import receive


@pytest.fixture
def queue(ledger: Ledger) -> Queue:
    return Queue(ledger)


def wait(ledger: Ledger, event_id: str, due_in: float = -1, rule: str = "b2b") -> int:
    """An entry that waits until then."""
    entry = receive(ledger, event_id, rule=rule)
    ledger.change(
        entry.id,
        lambda _, now: {"state": State.WAITING, "due_at": now + due_in, "lease": None, "lease_until": None},
    )
    return entry.id


def asked_by(ledger: Ledger, work: Callable[[], object]) -> list[tuple[str, Any]]:
    """The queries that this work makes, and their parameters."""
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(ledger.database.engine, "before_cursor_execute", note)
    work()
    event.remove(ledger.database.engine, "before_cursor_execute", note)
    return asked


def test_oldest_first_and_no_more_than_asked(ledger: Ledger, queue: Queue) -> None:
    """The first that came are the first to go."""
    ids = [wait(ledger, str(number)) for number in range(5)]

    assert ids[:3] == [entry.id for entry in queue.claim("a", 60, 3)]
    assert ids[3:] == [entry.id for entry in queue.claim("b", 60, 3)]
    assert [] == queue.claim("c", 60, 3)


def test_more_than_a_round_takes(ledger: Ledger, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many are claimed by several transactions, so that no request waits for long; each once, and in order."""
    monkeypatch.setattr("app.ledger.queue.BATCH", 4)
    ids = [wait(ledger, str(number)) for number in range(11)]

    assert ids[:9] == [entry.id for entry in queue.claim("a", 60, 9)]
    assert ids[9:] == [entry.id for entry in queue.claim("b", 60, 9)]


def test_claimed_is_leased_and_promised(ledger: Ledger, queue: Queue) -> None:
    """Who claims holds the lease, and what an engine takes is ours."""
    wait(ledger, "1")
    (entry,) = queue.claim("mine", 60, 10)

    assert (State.RECEIVED, "mine", True, False) == (entry.state, entry.lease, entry.promised, entry.unknown)


def test_not_before_its_time(ledger: Ledger, queue: Queue) -> None:
    """What is due later stays, unless it is asked for whenever."""
    later = wait(ledger, "1", due_in=3600)

    assert [] == queue.claim("a", 60, 10)
    assert [later] == [entry.id for entry in queue.claim("a", 60, 1, whenever=True)]


def test_paused_rules_stay(ledger: Ledger, queue: Queue) -> None:
    """A paused rule's entries are left alone, and asked for by name they come."""
    paused = wait(ledger, "1", rule="paused")
    other = wait(ledger, "2")

    assert [other] == [entry.id for entry in queue.claim("a", 60, 10, except_rules=["paused"])]
    assert [paused] == [entry.id for entry in queue.claim("a", 60, 1, only_rule="paused")]


def test_a_dead_process_leaves_its_entries(ledger: Ledger, queue: Queue) -> None:
    """A lease that ran out is taken over, and the outcome of what it was for is unknown; one that runs is not."""
    dead = receive(ledger, "1", seconds=-1)
    receive(ledger, "2", seconds=60)
    (taken,) = queue.claim("mine", 60, 10)

    assert (dead.id, True, "mine") == (taken.id, taken.unknown, taken.lease)


def test_two_never_get_the_same(ledger: Ledger, queue: Queue) -> None:
    """Eight engines that claim at once share what is due without a gap and without an overlap."""
    ids = [wait(ledger, str(number)) for number in range(100)]
    with ThreadPoolExecutor(8) as pool:
        taken = [
            entry.id for batch in pool.map(lambda turn: queue.claim(str(turn), 60, 10), range(20)) for entry in batch
        ]

    assert ids == sorted(taken)


def test_renews_beside_others(ledger: Ledger, queue: Queue) -> None:
    """Leases are prolonged without a wait for a row that somebody changes, who may wait for another of them."""
    if ledger.database.sqlite:
        pytest.skip("it locks no rows")
    entries = [receive(ledger, str(number)) for number in range(3)]
    with psycopg.connect(ledger.database.url.replace("+psycopg", "")) as others:
        others.execute("SELECT 1 FROM entry WHERE id = %s FOR UPDATE", [entries[1].id])
        queue.renew("mine", 3600)
    prolonged = [
        (after.lease_until or 0) > (before.lease_until or 0) + 3000
        for before, after in zip(entries, ledger.select(), strict=True)
    ]

    assert [True, False, True] == prolonged


def test_anything_waits(ledger: Ledger, queue: Queue) -> None:
    """An engine knows whether there is something to look forward to."""
    before = queue.anything_waits()
    wait(ledger, "1", due_in=3600)

    assert (False, True) == (before, queue.anything_waits())


def test_anything_due(ledger: Ledger, queue: Queue) -> None:
    """An engine knows whether there is something to claim: what waits for later or is leased is not."""
    wait(ledger, "1", due_in=3600)
    receive(ledger, "2", seconds=60)
    before = queue.anything_due()
    receive(ledger, "3", seconds=-1)
    left_by_the_dead = queue.anything_due()
    queue.claim("mine", 60, 1)
    claimed = queue.anything_due()
    wait(ledger, "4")

    assert (False, True, False, True) == (before, left_by_the_dead, claimed, queue.anything_due())


def test_many_waited_lately(ledger: Ledger, queue: Queue) -> None:
    """What Postgres knows of a backlog that may be over makes an engine's look read no whole table."""
    if ledger.database.sqlite:
        pytest.skip("it has no such statistics")
    wait(ledger, "1")
    same = ", ".join(column.name for column in rows.columns if column.name not in ("id", "event_id", "state"))
    states = "CASE WHEN mod(number, 4) = 0 THEN 'waiting' ELSE 'delivered' END"
    with ledger.database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO entry (event_id, state, {same}) SELECT 'x' || number, {states}, {same} "
            "FROM entry, generate_series(1, 20000) AS number"
        )
        connection.exec_driver_sql("ANALYZE entry")
    looks: list[Callable[[], object]] = [queue.anything_due, queue.anything_waits]
    with ledger.database.read() as connection:
        for look in looks:
            (statement, parameters), *_ = asked_by(ledger, look)
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
            assert not any("Seq Scan" in step for step in plan), plan


def test_anything_waits_of_a_source_or_a_rule(ledger: Ledger, queue: Queue) -> None:
    """An engine knows whether it is of its own sources, or of a rule that is paused."""
    wait(ledger, "1", rule="b2b")
    asked: list[dict[str, Any]] = [
        {"sources": ["default"]},
        {"sources": ["other"]},
        {"only_rule": "b2b"},
        {"only_rule": "other"},
    ]

    assert [True, False, True, False] == [queue.anything_waits(**one) for one in asked]


def test_reason_of_the_last_attempt_goes_with_the_claim(ledger: Ledger, queue: Queue) -> None:
    """Why it waited says nothing of the attempt that begins."""
    waiting = wait(ledger, "1")
    ledger.change(waiting, lambda *_: {"reason": "crm_unavailable"})
    (claimed,) = queue.claim("mine", 60, 1)

    assert (State.RECEIVED, None) == (claimed.state, claimed.reason)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"whenever": True, "only_rule": "b2b"},
        {"except_rules": ["b2b"], "sources": ["default", "austria"]},
        {"sources": ["default"], "others_after": 60.0},
    ],
)
def test_claim_reads_only_what_is_unfinished(ledger: Ledger, queue: Queue, how: dict[str, Any]) -> None:
    """However much has been delivered, an engine that looks for what is due reads none of it."""
    if not ledger.database.sqlite:
        pytest.skip("Postgres chooses by its statistics")

    def look() -> None:
        queue.claim("a", 60, 10, **how)
        queue.anything_waits(sources=how.get("sources"), only_rule=how.get("only_rule"))
        queue.anything_due()

    asked = asked_by(ledger, look)
    with ledger.database.read() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert all("INDEX entry_by_state (state=?)" in step[-1] for step in plan if "entry" in step[-1]), plan

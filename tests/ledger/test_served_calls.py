"""What the ledger keeps of served calls, for how long, and how a caller is forgotten, on both databases."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import event, func, select, update

from app.domain.entry import Entry, State
from app.domain.served_call import CaseNote, ServedCall, ServedCase
from app.ledger.codec import Codec
from app.ledger.ledger import Ledger
from app.ledger.resealing import SEALED, count_others, reseal
from app.ledger.seal import Seal
from app.ledger.served_calls import ServedCalls
from app.ledger.served_late import late_callbacks, link
from app.ledger.tables import served_call, served_case
from app.operations.purge import DAY, Keep, Purge
from tests.support.desk import NUMBER, Desk
from tests.support.writing import writing

SOURCES = ["default"]


def call(agent: str = "aberg", number: str = f"+{NUMBER}") -> ServedCall:
    return ServedCall("default", number, datetime(2026, 11, 28, 10, 42, tzinfo=UTC), agent, f"{number} {agent}")


def store(desk: Desk, *entries: Entry, lease: str | None = None, agent: str = "aberg") -> list[ServedCase]:
    return ServedCalls(desk.ledger).store(call(agent), [one.id for one in entries], lease, 60.0, "a-request")


def counted(desk: Desk, table: Any) -> int:
    with desk.ledger.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def age(desk: Desk, days: float) -> None:
    with writing(desk.ledger.database) as connection:
        connection.execute(update(served_call).values(received_at=desk.ledger.now() - days * DAY))


def test_stored_once(desk: Desk) -> None:
    """The same call is stored once, however often it comes; what is known of it is told each time."""
    entry = desk.add(State.DELIVERED)
    (first,), (again,) = store(desk, entry, lease="one"), store(desk, entry, lease="two")

    assert ("one", "one") == (first.lease, again.lease)
    assert (first.id, first.key, first.said, True) == (again.id, again.key, call().said, again.is_ready)
    assert (1, 1) == (counted(desk, served_call), counted(desk, served_case))


def test_claimed_by_one(desk: Desk) -> None:
    """What is due is somebody's for as long as the lease runs; what is done is nobody's."""
    store(desk, desk.add(State.DELIVERED))
    calls = ServedCalls(desk.ledger)
    (case,) = calls.claim("one", 60.0, 10, SOURCES)

    assert ([], False) == (calls.claim("two", 60.0, 10, SOURCES), calls.anything_due(SOURCES))
    calls.settle(case, CaseNote.OPEN, "crm_busy")
    (again,) = calls.claim("two", 60.0, 10, SOURCES)
    # Who has lost the lease changes nothing.
    calls.settle(case, CaseNote.FAILED)
    calls.settle(again, CaseNote.COMMENTED)
    assert [] == calls.claim("three", 60.0, 10, SOURCES)
    assert (1, "commented") == (again.attempts, store(desk)[0].note.value)


def test_callbacks_with_a_common_case(desk: Desk) -> None:
    """Two callbacks that have one Case are tried one after the other, however the first try ends: never at once."""
    first, second, other = (
        desk.add(State.DELIVERED, record_id=record, delivered_at=at)
        for record, at in (("500000000000001", 20.0), ("500000000000001AAA", 10.0), ("500000000000002AAA", 30.0))
    )
    stored = store(desk, first, second, other)
    calls = ServedCalls(desk.ledger)
    claimed = calls.claim("one", 60.0, 10, SOURCES)
    for case in claimed:
        calls.settle(case, CaseNote.OPEN, "crm_timeout", due_in=60.0)
    meanwhile = calls.claim("two", 60.0, 10, SOURCES)
    with writing(desk.ledger.database) as connection:
        connection.execute(update(served_case).where(served_case.c.due_at.is_not(None)).values(due_at=0.0))
    for case in calls.claim("three", 60.0, 10, SOURCES):
        calls.settle(case, CaseNote.COMMENTED)
    at_last = calls.claim("four", 60.0, 10, SOURCES)

    assert [False, True, True] == [case.is_ready for case in stored]
    assert [second.id, other.id] == [case.entry_id for case in claimed]
    assert [] == meanwhile
    assert [first.id] == [case.entry_id for case in at_last]


@pytest.mark.parametrize("state", State)
def test_waits_for_its_case(desk: Desk, state: State) -> None:
    """Only what has a Case, or will surely have none, is taken."""
    entry = desk.add(state)
    store(desk, entry)

    due = state in (State.DELIVERED, State.DISCARDED)
    assert due is ServedCalls(desk.ledger).anything_due(SOURCES)
    assert due is bool(ServedCalls(desk.ledger).claim("one", 60.0, 10, SOURCES))


def test_of_a_source_that_is_not_here(desk: Desk) -> None:
    """What only other processes know is left to them."""
    store(desk, desk.add(State.DELIVERED))

    assert [] == ServedCalls(desk.ledger).claim("one", 60.0, 10, ["berlin-2"])


@pytest.mark.parametrize(("state", "days"), [(State.DELIVERED, 30), (State.FAILED, 90)])
def test_purge(desk: Desk, state: State, days: int) -> None:
    """A call goes when payloads go; one that waits for the Case of a failed callback when that one's does."""
    calls = ServedCalls(desk.ledger)
    store(desk, desk.add(state))
    for case in calls.claim("one", 60.0, 10, SOURCES):
        calls.settle(case, CaseNote.COMMENTED)
    purge = Purge(desk.ledger, Keep())
    age(desk, days - 1)
    assert (0, 0) == (purge.plan().calls, purge.run().calls)
    age(desk, days + 1)

    assert (1, 1) == (purge.plan().calls, purge.run().calls)
    assert (0, 0) == (counted(desk, served_call), counted(desk, served_case))


@pytest.mark.parametrize("related", [True, False])
def test_purge_of_what_is_about_no_callback(desk: Desk, related: bool) -> None:
    """A call that nobody's callback is about goes after a day, when none is linked with it any more."""
    store(desk)
    entry = desk.add(State.DELIVERED)
    for late in late_callbacks(desk.ledger.database, SOURCES):
        link(desk.ledger.database, late, CaseNote.OPEN if related else CaseNote.UNRELATED)
    linked = [case.entry_id for case in store(desk)]
    age(desk, 1.1)

    assert [entry.id] == linked
    assert [] == late_callbacks(desk.ledger.database, SOURCES)
    assert (0 if related else 1) == Purge(desk.ledger, Keep()).run().calls


def test_forget(desk: Desk) -> None:
    """Who wants to be forgotten is, also where only a call is left; others stay."""
    entry = desk.add(State.DELIVERED)
    store(desk, entry)
    other = call("bert", "+4930901821")
    ServedCalls(desk.ledger).store(other, [desk.add(State.DELIVERED, {"Caller": "4930901821"}).id], None, 60.0, "r")
    asked = desk.run("forget", "030 901820")
    done = desk.run("forget", "030 901820", "--yes")

    assert "      1  calls of the caller to be removed" in asked.stdout
    assert 0 == done.returncode, done.stderr
    assert (1, b"") == (counted(desk, served_call), desk.now(entry).body)
    assert "Nothing is stored" in desk.run("forget", "030 901820", "--yes").stdout


def test_encrypted(desk: Desk) -> None:
    """What a comment says is encrypted at rest; encrypted anew it needs only the new key."""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    entry = desk.add(State.DELIVERED)
    ledgers = [Ledger(desk.ledger.database, Codec(b"key", Seal(keys))) for keys in ([old], [new, old], [new])]
    ServedCalls(ledgers[0]).store(call(), [entry.id], None, 60.0, "a-request")
    with desk.ledger.database.read() as connection:
        stored = connection.execute(select(served_call.c.said)).scalar_one()
    for sealed in SEALED:
        reseal(desk.ledger.database, ledgers[1].codec, sealed, 0)

    assert b"aberg" not in stored
    assert 0 == count_others(desk.ledger.database, ledgers[2].codec)
    assert [call().said] == [one.said for one in ServedCalls(ledgers[2]).claim("one", 60.0, 10, SOURCES)]


def test_asks_by_an_index(tmp_path: Path) -> None:
    """However many callbacks there are, an engine finds what is due by what is open; SQLite has no figures to go by."""
    desk = Desk(tmp_path)
    asked: list[tuple[str, Any]] = []
    event.listen(desk.ledger.database.engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    ServedCalls(desk.ledger).anything_due(SOURCES)
    ServedCalls(desk.ledger).claim("one", 60.0, 10, SOURCES)
    late_callbacks(desk.ledger.database, SOURCES)

    chosen = [one for one in asked if one[0].startswith("SELECT")]
    with desk.ledger.database.engine.connect() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one[0]}", one[1]).all() for one in chosen]
    *due, late = plans
    assert 2 == len(due)
    assert all("USING INDEX served_case_open" in plan[0][3] for plan in due), plans
    assert "INDEX ix_served_call_received_at" in late[0][3], late
    assert "INDEX entry_by_number" in late[1][3], late
    desk.ledger.database.close()

"""What comes together is written together, and each hears the truth of its own."""

import fcntl
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, func, select, text

from app.domain.entry import Entry, State
from app.ledger import writer
from app.ledger.database import Database, LedgerError, UnreachableError
from app.ledger.ledger import Attempted, Ledger
from app.ledger.patience import patience
from app.ledger.patient_connection import PatientConnection
from app.ledger.tables import attempt
from app.ledger.tables import entry as rows
from app.ledger.writer import Operation
from tests.ledger.conftest import new, receive
from tests.support.chaos_house import wait_until
from tests.support.lost_commits import LostCommits
from tests.support.patience import PATIENCE
from tests.support.together import PATIENT, busy, together, until_queued

# More than threads, so that rounds overlap.
MANY = 40
LINE = Attempted(1.0, 20, "web", "failed", "abc")


@pytest.fixture
def commits(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows by one with each."""
    seen: list[object] = []
    commit = database.engine.dialect.do_commit

    def counted(connection: Any) -> None:
        seen.append(connection)
        commit(connection)

    monkeypatch.setattr(database.engine.dialect, "do_commit", counted)
    return seen


def storing(ledger: Ledger, count: int, first: int = 1) -> list[Callable[[], Entry]]:
    return [lambda number=number: receive(ledger, str(number)) for number in range(first, first + count)]  # type: ignore[misc]


def stored(ledger: Ledger) -> list[str | None]:
    return sorted((one.event_id for one in ledger.select()), key=str)


def test_alone(ledger: Ledger, commits: list[object]) -> None:
    """Who comes alone has a transaction at once, and hears of it when it is committed."""
    counted = [(receive(ledger, str(number)), len(commits))[1] for number in range(3)]

    assert [1, 2, 3] == counted


def test_together(ledger: Ledger, commits: list[object]) -> None:
    """Whatever gathers while a round runs goes in one transaction."""
    together(ledger.database, storing(ledger, 30))

    assert (1, 30) == (len(commits), len(ledger.select()))


def test_many_let_others_join(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, commits: list[object]) -> None:
    """After a large round the next one waits for more, so that who comes a little later goes with it."""
    if ledger.database.sqlite:
        pytest.skip("it waits for its turn")
    monkeypatch.setattr(ledger.database._writer, "_linger", 2.0)
    together(ledger.database, storing(ledger, 5))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(receive, ledger, "first")
        until_queued(ledger.database, 1)
        second = pool.submit(receive, ledger, "second")
        for one in (first, second):
            one.result(PATIENT)

    assert 2 == len(commits)


def test_changes_of_one_row_in_one_round(ledger: Ledger) -> None:
    """Each sees what those before it in the same transaction have made of the row."""
    entry = receive(ledger)

    def add() -> object:
        return ledger.change(entry.id, lambda current, _: {"attempts": current.attempts + 1})

    together(ledger.database, [add] * 10)
    changed = ledger.get(entry.id)

    assert changed is not None
    assert 10 == changed.attempts


def broken(*_: object) -> dict[str, Any]:
    raise ZeroDivisionError


FAILING: dict[str, Callable[[Ledger, Entry], object]] = {
    "a bug": lambda ledger, one: ledger.change(one.id, broken, LINE),
    "what cannot be stored": lambda ledger, one: ledger.change(one.id, lambda *_: {"state": None}, LINE),
    "a conflict": lambda ledger, one: ledger.change(one.id, lambda *_: {"event_id": "other"}, LINE),
    "no statement": lambda ledger, _: ledger.database.write(lambda connection: connection.execute(text("SELEKT"))),
}


@pytest.mark.parametrize("fail", FAILING.values(), ids=FAILING)
def test_failure_beside_others(ledger: Ledger, fail: Callable[[Ledger, Entry], object]) -> None:
    """Who fails hears it, and leaves nothing behind; the others of the round are stored, once."""
    victim = receive(ledger, "victim")
    receive(ledger, "other")
    *before, failed = together(ledger.database, [*storing(ledger, 5), lambda: fail(ledger, victim)])
    after = together(ledger.database, [lambda: fail(ledger, victim), *storing(ledger, 5, first=6)])

    assert isinstance(failed, Exception)
    assert all(isinstance(one, Entry) for one in [*before, *after[1:]])
    assert sorted([*map(str, range(1, 11)), "other", "victim"]) == stored(ledger)
    assert ([], victim.state) == (ledger.attempts(victim.id), ledger.select(rows.c.id == victim.id)[0].state)


def test_repeat_in_one_round(ledger: Ledger) -> None:
    """Of several that bring the same event one stores it."""
    results = together(ledger.database, [lambda: ledger.receive(new(), None, "mine", 60)] * 5)

    assert 4 == results.count(None)
    assert ["1"] == stored(ledger)


def test_transaction_that_ends_by_itself(ledger: Ledger) -> None:
    """As a full disk ends it, without a word: nobody is told that he is stored who is not."""
    if not ledger.database.sqlite:
        pytest.skip("a Postgres says so")
    write = ledger.database.write
    calls = [
        *storing(ledger, 3),
        lambda: write(lambda connection: connection.exec_driver_sql("ROLLBACK")),
        *storing(ledger, 3, first=4),
    ]
    results = together(ledger.database, calls)

    assert [LedgerError] == [type(one) for one in results if not isinstance(one, Entry)]
    assert [str(number) for number in range(1, 7)] == stored(ledger)


def test_full_disk_amid_a_round(ledger: Ledger) -> None:
    """Whoever finds no room hears it; who needs less is stored, and so is all as soon as there is room."""
    if not ledger.database.sqlite:
        pytest.skip("its disk is the server's")
    receive(ledger, "first")

    def limit(pages: int) -> Callable[[Connection], object]:
        return lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").all()

    with ledger.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    ledger.database.write(limit(pages + 4))
    results = together(
        ledger.database,
        [*storing(ledger, 3), lambda: receive(ledger, "large", body=b"x" * 500_000), *storing(ledger, 3, first=4)],
    )
    during = stored(ledger)
    ledger.database.write(limit(1_000_000))
    receive(ledger, "large", body=b"x" * 500_000)

    assert isinstance(results[3], LedgerError)
    assert sorted(["first", *(str(one.event_id) for one in results if isinstance(one, Entry))]) == during
    assert "1" in during
    assert "large" in stored(ledger)


@pytest.mark.parametrize("before", [False, True], ids=["committed", "not committed"])
def test_commit_unknown(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, before: bool) -> None:
    """It is found out for all of the round at once, and each has what it wanted, once."""
    losing = LostCommits(ledger.database, monkeypatch)
    settled = [receive(ledger, str(number)) for number in range(5)]

    def settle(entry: Entry) -> Callable[[], object]:
        return lambda: ledger.change(entry.id, lambda current, _: {"attempts": current.attempts + 1}, LINE)

    with ThreadPoolExecutor(20) as pool:
        with busy(ledger.database):
            calls = [*map(settle, settled), *storing(ledger, 5, first=5)]
            waiting = [pool.submit(call) for call in calls]
            until_queued(ledger.database, len(calls))
            losing.lose(before=before)
        for one in waiting:
            one.result(PATIENT)
    with ledger.database.read() as connection:
        lines = connection.execute(select(func.count()).select_from(attempt)).scalar_one()

    assert [str(number) for number in range(10)] == stored(ledger)
    assert 5 == lines


def test_away(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """When no round ends, who waits goes: what no round has begun is never done, what has begun is unknown."""
    with monkeypatch.context() as patch, ThreadPoolExecutor(1) as pool, busy(ledger.database) as begun:
        patch.setattr(writer, "AWAY_SECONDS", 0.3)
        errors = [one.exception(PATIENT) for one in (begun, pool.submit(receive, ledger, "queued"))]
    receive(ledger, "after")

    assert [(UnreachableError, True), (UnreachableError, False)] == [
        (type(one), isinstance(one, LedgerError) and one.unknown) for one in errors
    ]
    assert ["after"] == stored(ledger)


def test_queuing_is_not_being_away(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as rounds end, whoever waits goes on waiting."""
    # Several times what a round takes on a busy machine, and less than all take together.
    monkeypatch.setattr(writer, "AWAY_SECONDS", 3.0)
    ledger.database._writer._gather._limit = 1

    def slow(_: Connection) -> None:
        threading.Event().wait(0.25)

    with ThreadPoolExecutor(16) as pool:
        for one in [pool.submit(ledger.database.write, slow) for _ in range(16)]:
            one.result(PATIENT)


def test_nobody_waits_for_others_for_ever(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has waited for longer than his patience goes though rounds end, and what he wanted is never done."""
    monkeypatch.setattr(writer, "AWAY_SECONDS", 1.0)
    ledger.database._writer._gather._limit = 1
    pause = threading.Event()

    def slow(_: Connection) -> None:
        pause.wait(0.2)

    def impatient() -> None:
        patience.set(0.1)
        with pytest.raises(UnreachableError) as caught:
            receive(ledger)
        assert not caught.value.unknown

    with ThreadPoolExecutor(30) as pool:
        for _ in range(30):
            pool.submit(ledger.database.write, slow)
        until_queued(ledger.database, 25)
        copy_context().run(impatient)
        pause.set()

    assert [] == stored(ledger)


def locked_row(ledger: Ledger, entry: Entry, others: psycopg.Connection[Any]) -> object:
    others.execute("SELECT 1 FROM entry WHERE id = %s FOR UPDATE", [entry.id])
    return ledger.change(entry.id, lambda *_: {"attempts": 1}, LINE)


def slow_statement(ledger: Ledger, _: Entry, __: object) -> object:
    return ledger.database.write(lambda connection: connection.execute(text("SELECT pg_sleep(60)")))


@pytest.mark.parametrize("culprit", [locked_row, slow_statement])
def test_keeps_others_waiting(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, culprit: Callable[[Ledger, Entry, Any], object]
) -> None:
    """The others of its round hear what became of them before the one that waits, which nobody does after all."""
    if ledger.database.sqlite:
        pytest.skip("it locks no rows")
    monkeypatch.setattr(writer, "AWAY_SECONDS", PATIENT)
    # Is as it was when this test has ended: a slow server is given up.
    monkeypatch.setattr(PatientConnection, "gave_up_at", PatientConnection.gave_up_at)
    entry = receive(ledger, "victim")
    ended: list[int] = []

    def noted(place: int, call: Callable[[], object]) -> Callable[[], object]:
        def do() -> object:
            try:
                return call()
            finally:
                ended.append(place)

        return do

    with psycopg.connect(ledger.database.url.replace("+psycopg", "")) as others:
        calls = [lambda: culprit(ledger, entry, others), *storing(ledger, 30)]
        error, *results = together(ledger.database, [noted(place, call) for place, call in enumerate(calls)])

    assert (True, False, 0) == (isinstance(error, LedgerError), error.unknown, ended[-1])
    assert all(isinstance(one, Entry) for one in results)
    # A server that was given up a moment ago is not asked.
    assert wait_until(lambda: stored(ledger) == sorted([*map(str, range(1, 31)), "victim"]), PATIENCE)


def test_leaves_between_two_tries(ledger: Ledger) -> None:
    """Its round was undone and its turn has not come again: who goes then is not in doubt, and it is never done."""
    if ledger.database.sqlite:
        pytest.skip("a round there is undone with its database")
    tries: list[object] = []
    end = threading.Event()

    def hang_alone(connection: Connection) -> None:
        tries.append(connection)
        if len(tries) == 1:
            raise ZeroDivisionError
        assert end.wait(PATIENT)

    with ThreadPoolExecutor(2) as pool:
        with busy(ledger.database):
            pool.submit(ledger.database.write, hang_alone)
            until_queued(ledger.database, 1)
            behind = pool.submit(receive, ledger)
            until_queued(ledger.database, 2)
        error = behind.exception(PATIENT)
        end.set()
    ledger.database.close()

    assert isinstance(error, UnreachableError)
    assert not error.unknown
    assert [] == stored(ledger)


def test_told_once() -> None:
    """A bug of a round takes back nothing that was told before."""
    first, second = (Operation[None](tells_again=False) for _ in range(2))
    first.tell()
    writer._lose([first, second], ZeroDivisionError())

    assert (None, True) == (first.error, isinstance(second.error, ZeroDivisionError))
    assert (True, True) == (first.ended.given, second.ended.given)


def test_turn_that_cannot_be_given_back(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is committed is told all the same."""
    if not ledger.database.sqlite:
        pytest.skip("it has no turns")

    def unlock(file: int, how: int) -> None:
        if how == fcntl.LOCK_UN:
            raise OSError
        lock(file, how)

    lock = fcntl.flock
    monkeypatch.setattr(fcntl, "flock", unlock)
    receive(ledger, "1")
    receive(ledger, "2")

    assert ["1", "2"] == stored(ledger)


def in_a_child(work: Callable[[], object]) -> int:
    """A fork that does this and ends."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def test_after_a_fork(ledger: Ledger) -> None:
    """Master and workers write, each by threads of its own."""
    receive(ledger, "before")
    ledger.database.close()
    children = [in_a_child(lambda number=number: receive(ledger, f"child {number}")) for number in range(2)]  # type: ignore[misc]
    receive(ledger, "parent")
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]

    assert [0, 0] == ends
    assert ["before", "child 0", "child 1", "parent"] == stored(ledger)


def test_fork_amid_a_round(ledger: Ledger) -> None:
    """A child that was forked while its parent had the turn does not keep it."""
    if not ledger.database.sqlite:
        pytest.skip("it has no turns")
    with busy(ledger.database):
        child = in_a_child(signal.pause)
    receive(ledger)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert ["1"] == stored(ledger)


def test_many_processes(ledger: Ledger) -> None:
    """Many threads of several processes: each is told the truth, nobody that the database was busy."""
    ledger.database.close()

    def work(process: int) -> None:
        def both(number: int) -> None:
            entry = receive(ledger, f"{process}-{number}")
            changed = ledger.change(entry.id, lambda *_: {"state": State.DELIVERED}, LINE)
            assert changed is not None

        with ThreadPoolExecutor(25) as pool:
            list(pool.map(both, range(MANY)))

    children = [in_a_child(lambda number=number: work(number)) for number in range(3)]  # type: ignore[misc]
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]

    assert [0, 0, 0] == ends
    assert 3 * MANY == len(ledger.select(rows.c.state == "delivered"))

"""Callers who ring again and are served, with each engine on each database: their Cases say so, each once."""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select, update

from app.ledger.tables import entry, served_case
from tests.engines.house import EngineHouse
from tests.support.callers import (
    AWAY,
    CLOSED,
    ELSEWHERE,
    LATER,
    OLD,
    PATH,
    PLAIN,
    TOLD,
    TWO,
    WAITING,
    Caller,
    clock,
    crowd,
    of,
    statuses,
)
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE
from tests.support.ringback import Answer
from tests.support.writing import writing

# With fewer there is not somebody of each way. By hand more.
CALLERS = int(os.environ.get("RINGBACK_TEST_CALLERS", "24"))
CASES = "SELECT Id, CaseNumber, IsClosed, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
COMMENTS = "SELECT ParentId, CommentBody FROM CaseComment"


def ask(house: EngineHouse, callers: list[Caller]) -> list[Answer]:
    """Their callbacks, several at once."""
    sent = [one for caller in callers for one in caller.callbacks()]
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda one: house.ringback.post(one[1], one[0]), sent))


def ring(house: EngineHouse, callers: list[Caller], form: int = 0) -> list[Answer]:
    """They are served, several at once."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda caller: caller.ring_again(house.ringback, form), callers))


def run_out(house: EngineHouse) -> None:
    """Time passes for who died over a Case."""
    with writing(house.ringback.database) as connection:
        connection.execute(update(served_case).where(served_case.c.lease.is_not(None)).values(lease_until=0.0))


def nothing_is_open(house: EngineHouse) -> bool:
    with house.ringback.database.read() as connection:
        due = served_case.c.due_at.is_not(None)
        return connection.execute(select(func.count()).select_from(served_case).where(due)).scalar_one() == 0


def late_is_seen(house: EngineHouse, callers: list[Caller]) -> bool:
    """Whether their callbacks, which came after their calls, have been compared with these."""
    ids = {external_id for caller in callers for external_id in caller.external_ids}
    with house.ringback.database.read() as connection:
        seen = select(entry.c.external_id).join_from(served_case, entry, entry.c.id == served_case.c.entry_id)
        return ids == set(connection.execute(seen.where(entry.c.external_id.in_(ids))).scalars())


def test_crowd(house: EngineHouse) -> None:
    """Of a crowd half ring again: each open Case that was asked for before has one comment, whatever died between.

    Salesforce is away for a while, all processes die meanwhile, and jtel repeats every call in other forms.
    """
    callers = crowd(CALLERS)
    first = ask(house, [caller for caller in callers if caller.way not in (WAITING, LATER)])
    assert {(200, "created")} == statuses(first), [answer.body for answer in first]
    numbers = {case["jtel_AcdEventsID__c"]: case["CaseNumber"] for case in house.sandbox.query(CASES)}
    for caller in of(callers, CLOSED):
        house.sandbox.org("close-case", case=numbers[caller.external_ids[0]])
    at_once = ring(house, of(callers, PLAIN, TWO), 1)
    in_vain = ring(house, of(callers, CLOSED, LATER, OLD, ELSEWHERE), 2)
    hidden = house.ringback.post({"caller": "anonymous", "date_time": "2026-11-28T10:42:13"}, PATH)
    house.kill_sandbox()
    queued = ask(house, of(callers, WAITING))
    away = ring(house, of(callers, AWAY, WAITING))
    house.pass_time()
    run_out(house)
    again = ring(house, of(callers, *TOLD), 2)
    late = ask(house, of(callers, LATER))
    house.start_sandbox()
    house.ringback.wait_for("delivered")
    assert wait_until(lambda: late_is_seen(house, of(callers, LATER)), PATIENCE)
    assert wait_until(lambda: nothing_is_open(house), PATIENCE)
    at_last = ring(house, of(callers, *TOLD), 1)

    assert {(200, "queued")} == statuses([*queued, *late])
    assert {(200, "noted")} == statuses([*at_once, *away, *again, *at_last])
    assert {(200, "nothing_open")} == statuses([*in_vain, hidden])
    cases = {case["jtel_AcdEventsID__c"]: case for case in house.sandbox.query(CASES)}
    comments = house.sandbox.query(COMMENTS)
    told = {cases[external_id]["Id"]: 1 for caller in of(callers, *TOLD) for external_id in caller.external_ids}
    assert sum(len(caller.events) for caller in callers) == len(cases)
    assert told == Counter(comment["ParentId"] for comment in comments)
    assert len(of(callers, CLOSED)) == sum(case["IsClosed"] for case in cases.values())
    caller = of(callers, AWAY)[0]
    text = next(c["CommentBody"] for c in comments if c["ParentId"] == cases[caller.external_ids[0]]["Id"])
    day, minute = clock(caller.called_at)[:16].split("T")
    assert text.startswith(
        f"The caller has called again at {minute} on {day} and spoke to Anna Berg (aberg).\n[Ringback "
    )


def test_killed_over_the_comments(house: EngineHouse) -> None:
    """All processes die while Salesforce works on comments: none is lost, and none is there twice."""
    callers = of(crowd(96), PLAIN)
    ask(house, callers)
    house.sandbox.fault("latency", share=1, seconds=0.5, match="composite")
    with ThreadPoolExecutor(1) as pool:
        ringing = pool.submit(ring_in_vain, house, callers)
        assert wait_until(lambda: counted(house) >= len(callers) // 2, PATIENCE)
        house.kill_all()
        ringing.result()
    house.sandbox.clear_faults()
    house.ringback.wait()
    # What Salesforce has received it finishes, long before the leases are over.
    assert wait_until(lambda: is_calm(house), PATIENCE)
    run_out(house)
    again = ring(house, callers)
    assert wait_until(lambda: nothing_is_open(house), PATIENCE)

    assert {(200, "noted")} == statuses(again)
    cases = {case["jtel_AcdEventsID__c"]: case["Id"] for case in house.sandbox.query(CASES)}
    comments = Counter(comment["ParentId"] for comment in house.sandbox.query(COMMENTS))
    assert {cases[caller.external_ids[0]]: 1 for caller in callers} == comments


def ring_in_vain(house: EngineHouse, callers: list[Caller]) -> None:
    """Nobody hears an answer."""
    with ThreadPoolExecutor(len(callers)) as pool:
        for caller in callers:
            pool.submit(caller.ring_again, house.ringback)


def counted(house: EngineHouse) -> int:
    with house.ringback.database.read() as connection:
        return connection.execute(select(func.count()).select_from(served_case)).scalar_one()


def is_calm(house: EngineHouse) -> bool:
    """Whether Salesforce has got no more comments for a while."""
    before = len(house.sandbox.query(COMMENTS))
    time.sleep(1.5)
    return before == len(house.sandbox.query(COMMENTS))

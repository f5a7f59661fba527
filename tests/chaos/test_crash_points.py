"""A crash before and after each effect of an attempt: the callback is delivered, once. `make chaos-long` has all steps.

The points are put between the steps by `launcher.py`; `app` knows nothing of them.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import count, product
from typing import Any

import pytest
from sqlalchemy import update

from app.ledger.pauses import Pauses
from app.ledger.tables import pause
from tests.support.chaos_house import wait_until
from tests.support.chaos_points import POINTS, Crash, FragileHouse, points
from tests.support.patience import PATIENCE
from tests.support.pauses import pause_all
from tests.support.writing import writing

CASES = "SELECT Id, CaseNumber, ParentId, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
_EVENT_IDS = count(1_000)
DATABASES = "sqlite", "postgres"


def on_databases(*few: tuple[object, ...], of: tuple[tuple[object, ...], ...]) -> list[tuple[object, ...]]:
    """These, of which each has a database; with `RINGBACK_TEST_POINTS=all` whatever can be made of these values."""
    return list(product(DATABASES, *of)) if POINTS == "all" else list(few)


@pytest.fixture(scope="module")
def houses(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], FragileHouse]]:
    """A house on each database, started when a test first asks for it."""
    with ExitStack() as running:

        @cache
        def on(database: str) -> FragileHouse:
            postgres = request.getfixturevalue("postgres") if database == "postgres" else None
            return running.enter_context(FragileHouse(tmp_path_factory.mktemp("fragile"), postgres))

        yield on


@pytest.fixture
def house(houses: Callable[[str], FragileHouse], database: str) -> FragileHouse:
    """A Ringback that may crash, with nothing in its ledger and a fresh Salesforce."""
    running = houses(database)
    running.ringback.reset()
    running.sandbox.reset()
    return running


def callback(subject: str = "Offer") -> dict[str, Any]:
    """A callback with an event id of its own."""
    return {"AcdEventsID": next(_EVENT_IDS), "CallbackNumber": "4930901820", "Subject": subject}


@pytest.mark.parametrize(
    ("database", "fault", "repeated"),
    on_databases(
        ("sqlite", None, False),
        ("postgres", None, True),
        ("postgres", "unavailable", False),
        ("sqlite", "reset_after", True),
        of=((None, "unavailable", "reset_after"), (False, True)),
    ),
)
def test_first_attempt(house: FragileHouse, fault: str | None, repeated: bool) -> None:
    """The web process dies at any point of a request: what was stored is delivered, and so is what is repeated."""
    sent: list[dict[str, Any]] = []

    def prepare() -> Callable[[], bool]:
        # What an earlier crash has left behind must not meet this fault.
        check_delivered(house)
        house.sandbox.clear_faults()
        if fault:
            house.sandbox.fault(fault, next=1)
        sent.append(callback())
        return lambda: house.send(sent[-1]) != "broken"

    names = []
    for crash in points(house, "web", prepare):
        names.append(crash.point)
        go_on(house, crash, sent[-1] if repeated else None)
    check(house, names, "after Answers.respond")

    # Nothing is known of a request that died before its commit, unless it came again.
    unstored = 0 if repeated else names.index("after Writer.do")
    assert external_ids(sent[unstored:]) == {case["jtel_AcdEventsID__c"] for case in house.sandbox.query(CASES)}


@pytest.mark.parametrize(
    ("database", "closed"),
    on_databases(("sqlite", False), ("postgres", True), of=((False, True),)),
)
def test_update(house: FragileHouse, closed: bool) -> None:
    """It dies at any point of an update: the change is in one comment, or in one successor of a closed Case."""
    sent: list[dict[str, Any]] = []

    def prepare() -> Callable[[], bool]:
        first = callback()
        answer = house.ringback.post(first)
        assert "created" == answer.body["status"]
        if closed:
            house.sandbox.org("close-case", case=answer.body["caseNumber"])
        sent.append({**first, "Subject": "Changed"})
        return lambda: house.send(sent[-1]) != "broken"

    names = []
    for crash in points(house, "web", prepare):
        names.append(crash.point)
        go_on(house, crash, sent[-1])
    check(house, names, "after Answers.respond")

    comments = house.sandbox.query("SELECT ParentId FROM CaseComment")
    cases = house.sandbox.query(CASES)
    successors = [case["ParentId"] for case in cases if case["ParentId"]]
    # Who takes over from the dead comments even on a closed Case, lest a text is there twice.
    assert [case["Id"] for case in cases if not case["ParentId"]] == sorted(
        [*successors, *(comment["ParentId"] for comment in comments)]
    )
    assert closed is bool(successors)


@pytest.mark.parametrize(
    ("database", "repeated"),
    on_databases(("sqlite", False), ("postgres", True), of=((False, True),)),
)
def test_engine(house: FragileHouse, repeated: bool) -> None:
    """The process dies at any point of the engine's work on a waiting callback."""
    sent: list[dict[str, Any]] = []

    def prepare() -> Callable[[], bool]:
        check_delivered(house)
        house.sandbox.fault("unavailable", next=1)
        sent.append(callback())
        return begin

    def begin() -> bool:
        # The engine may be faster than the answer.
        assert house.send(sent[-1]) in ("queued", "broken")
        return worked(house)

    names = []
    for crash in points(house, "engine", prepare):
        names.append(crash.point)
        go_on(house, crash, sent[-1] if repeated else None)
    check(house, names, "after Writer.do")

    assert external_ids(sent) == {case["jtel_AcdEventsID__c"] for case in house.sandbox.query(CASES)}


@pytest.mark.parametrize("database", DATABASES if POINTS == "all" else DATABASES[1:])
def test_pause_and_batch(house: FragileHouse) -> None:
    """It dies at any point of the end of a pause: one callback tries, the pause ends, a batch takes the others."""
    sent: list[dict[str, Any]] = []
    pauses = Pauses(house.ringback.database)

    def prepare() -> Callable[[], bool]:
        check_delivered(house)
        assert wait_until(lambda: not pauses.all(), PATIENCE)
        pause_all(pauses)
        sent.extend(callback() for _ in range(3))
        assert ["queued"] * 3 == [house.send(body) for body in sent[-3:]]
        return begin

    def begin() -> bool:
        with writing(house.ringback.database) as connection:
            connection.execute(update(pause).values(probe_at=0.0))
        return worked(house)

    names = []
    for crash in points(house, "engine", prepare):
        names.append(crash.point)
        go_on(house, crash, None)
    check(house, names, "after Writer.do")

    assert names.count("after Queue.claim") > 1, names
    assert external_ids(sent) == {case["jtel_AcdEventsID__c"] for case in house.sandbox.query(CASES)}


def external_ids(sent: list[dict[str, Any]]) -> set[str]:
    return {f"default-{body['AcdEventsID']}" for body in sent}


def delivered(house: FragileHouse) -> bool:
    return not house.ringback.others_than("delivered")


def worked(house: FragileHouse) -> bool:
    """Whether the engine has done its work, to the last step, and nothing has crashed."""
    done = wait_until(lambda: house.crashed() or delivered(house), PATIENCE, 0.02)
    return done and not wait_until(house.crashed, 0.5, 0.01)


def check_delivered(house: FragileHouse) -> None:
    assert wait_until(lambda: delivered(house), PATIENCE), [
        (one["external_id"], one["state"], one["reason"], one["lease"]) for one in house.ringback.entries()
    ]


def check(house: FragileHouse, names: list[str], last: str) -> None:
    """No point was left out; everything in the ledger gets delivered, and each external id has its one Case."""
    assert len(names) > (15 if POINTS == "all" else 4), names
    assert last in names, names
    check_delivered(house)
    counts = Counter(case["jtel_AcdEventsID__c"] for case in house.sandbox.query(CASES))
    assert [] == [external_id for external_id, number in counts.items() if number > 1]


def go_on(house: FragileHouse, crash: Crash, repeated: dict[str, Any] | None) -> None:
    """The same callback comes again, if it does, while the dead process still holds it; then its lease runs out."""
    threads = [threading.Thread(target=house.send, args=(body,)) for body in [repeated] if body]
    for thread in threads:
        thread.start()
    house.run_out(crash.leases)
    for thread in threads:
        thread.join()

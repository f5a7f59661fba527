"""Processes that want the same callback at the same moment, on both databases."""

import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from app.domain.entry import UNFINISHED, State
from tests.support import deeds
from tests.support.desk import Desk
from tests.support.elsewhere import Elsewhere
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.sandbox import RunningSandbox

PROCESSES = 8
CASES = "SELECT Id, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
COMMENTS = "SELECT Id, CommentBody FROM CaseComment"
_EVENT_IDS = count(400_001)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shared_desk(
    request: pytest.FixtureRequest, shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    server: RunningPostgres | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    made = Desk(tmp_path_factory.mktemp("races"), shared_sandbox, server.create_ledger() if server else None)
    yield made
    made.ledger.database.close()


@pytest.fixture(scope="module")
def crowd(shared_desk: Desk) -> Iterator[Elsewhere]:
    """Eight processes on that ledger."""
    with Elsewhere(shared_desk.environment, PROCESSES) as running:
        yield running


@pytest.fixture
def desk(shared_desk: Desk, sandbox: RunningSandbox) -> Desk:
    """The ledger, with a clean sandbox behind it."""
    return shared_desk


def at_once(crowd: Elsewhere, *jobs: tuple[Any, ...]) -> list[Any]:
    """The jobs in turn, until every process has one."""
    return crowd.run_at_once(*(jobs[number % len(jobs)] for number in range(PROCESSES)))


@pytest.mark.parametrize(
    ("state", "claimers"),
    [
        (State.RECEIVED, (deeds.engine_claims, deeds.replay_claims)),
        (State.WAITING, (deeds.engine_claims, deeds.request_claims, deeds.replay_claims)),
        (State.REFUSED, (deeds.request_claims, deeds.replay_claims)),
        (State.FAILED, (deeds.request_claims, deeds.replay_claims)),
    ],
    ids=["received", "waiting", "refused", "failed"],
)
def test_one_claims(desk: Desk, crowd: Elsewhere, state: State, claimers: tuple[Any, ...]) -> None:
    """Of eight processes that claim an entry at once exactly one gets it, and the lease is that one's."""
    for _ in range(5):
        entry, _ = crowd.run(deeds.bring, state, next(_EVENT_IDS))
        claimed = at_once(crowd, *((claim, entry) for claim in claimers))

        assert 1 == sum(claimed)
        assert State.RECEIVED is desk.state(entry)


def test_success_and_refusal_at_once(desk: Desk, crowd: Elsewhere) -> None:
    """Whoever settles first: a success stays, whatever the others write down."""
    for _ in range(5):
        entry, _ = crowd.run(deeds.bring, State.RECEIVED, next(_EVENT_IDS))
        at_once(crowd, (deeds.refuse, entry), (deeds.trouble, entry), (deeds.succeed, entry), (deeds.give_up, entry))

        assert State.DELIVERED is desk.state(entry)


def test_same_event_at_once(desk: Desk, crowd: Elsewhere, sandbox: RunningSandbox) -> None:
    """The same callback at eight processes: one row and one Case; one answer says created, the others existing."""
    event_id = next(_EVENT_IDS)
    told = at_once(crowd, (deeds.accept, deeds.body_of(event_id)))

    (entry,) = desk.ledger.of_event("default", str(event_id))
    (case,) = sandbox.query(CASES)
    assert {"created": 1, "existing": PROCESSES - 1} == Counter(one.status.value for one in told)
    assert (State.DELIVERED, case["Id"]) == (entry.state, entry.record_id)
    assert {case["Id"]} == {one.written.id for one in told}


def test_contents_of_an_event_at_once(desk: Desk, crowd: Elsewhere, sandbox: RunningSandbox) -> None:
    """Eight versions of one event at once: a row for each, one Case, and what is not in it once in a comment."""
    event_id = next(_EVENT_IDS)
    # An engine is alive: what has to follow the first version may wait for it.
    crowd.run(deeds.deliver)
    bodies = [deeds.body_of(event_id, Body=f"version-{number}") for number in range(PROCESSES)]
    told = crowd.run_at_once(*((deeds.accept, body) for body in bodies))
    end = time.monotonic() + PATIENCE
    while any(one.state in UNFINISHED for one in desk.ledger.of_event("default", str(event_id))):
        assert time.monotonic() < end
        crowd.run(deeds.deliver)

    turns = [one.turn for one in desk.ledger.of_event("default", str(event_id))]
    texts = [one["CommentBody"] for one in sandbox.query(COMMENTS)]
    assert {one.status.value for one in told} <= {"created", "updated", "queued"}
    assert list(range(1, PROCESSES + 1)) == turns
    assert [f"default-{event_id}"] == [case["jtel_AcdEventsID__c"] for case in sandbox.query(CASES)]
    assert PROCESSES - 1 == len(texts) == len(set(texts))

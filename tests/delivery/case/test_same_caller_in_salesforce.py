"""A caller who presses twice, against the sandbox: one Case, with what was said the second time as its comment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.domain.entry import State
from app.ledger.tables import entry as rows
from tests.delivery.case.test_same_caller import MERGING, sent
from tests.delivery.conftest import Desk, crm_at, open_desk
from tests.support.ledgers import create_sqlite
from tests.support.sandbox import RunningSandbox

CASES = "SELECT Id, CaseNumber, jtel_AcdEventsID__c FROM Case ORDER BY CaseNumber"
COMMENTS = "SELECT ParentId, CommentBody FROM CaseComment"


@pytest.fixture
def merging(tmp_path: Path, sandbox: RunningSandbox) -> Iterator[Desk]:
    """A desk whose rules merge, in front of the sandbox."""
    with open_desk(create_sqlite(tmp_path / "ledger.db"), crm_at(sandbox), MERGING, seconds=5.0) as opened:
        opened.heartbeats.beat("engine")
        yield opened


def test_second_press(merging: Desk, sandbox: RunningSandbox) -> None:
    """The Case gets the comment, the answer names the Case, and the ledger knows whose Case it is."""
    first = merging.delivery.accept(sent(1))
    second = merging.delivery.accept(sent(2, Body="It is urgent."))
    (case,) = sandbox.query(CASES)
    (comment,) = sandbox.query(COMMENTS)

    assert ["created", "updated"] == [first.status.value, second.status.value]
    assert second.written is not None
    assert (case["Id"], case["CaseNumber"]) == (second.written.id, second.written.number)
    assert case["Id"] == comment["ParentId"]
    assert "It is urgent." in comment["CommentBody"]
    assert "[Ringback default-2]" in comment["CommentBody"]


def test_closed_case(merging: Desk, sandbox: RunningSandbox) -> None:
    """A closed Case gets no comment; the caller has a new one, which gets the next."""
    merging.delivery.accept(sent(1))
    (case,) = sandbox.query(CASES)
    sandbox.org("close-case", case=case["CaseNumber"])
    second = merging.delivery.accept(sent(2))
    third = merging.delivery.accept(sent(3))

    assert ["created", "updated"] == [second.status.value, third.status.value]
    assert ["default-1", "default-2"] == [one["jtel_AcdEventsID__c"] for one in sandbox.query(CASES)]


def test_at_once(merging: Desk, sandbox: RunningSandbox) -> None:
    """Eight presses at the same moment make one Case and seven comments."""
    sandbox.fault("latency", share=1, seconds=0.3, match="composite")
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda number: merging.delivery.accept(sent(number)), range(1, 9)))
    sandbox.clear_faults()
    while any(one.state is not State.DELIVERED for one in merging.ledger.select(rows.c.id > 0)):
        merging.engine.run_once()

    assert 1 == sum(one.status.value == "created" for one in outcomes)
    assert 1 == len(sandbox.query(CASES))
    assert 7 == len(sandbox.query(COMMENTS))


def test_comment_whose_answer_was_lost(merging: Desk, sandbox: RunningSandbox) -> None:
    """A comment that was written although the connection broke is not written again, and no Case is made of it."""
    merging.delivery.accept(sent(1))
    sandbox.fault("reset_after", next=1, match="POST /services/data/v66.0/composite")
    second = merging.delivery.accept(sent(2))
    while any(one.state is not State.DELIVERED for one in merging.ledger.select(rows.c.id > 0)):
        merging.engine.run_once()

    assert "queued" == second.status.value
    assert (1, 1) == (len(sandbox.query(CASES)), len(sandbox.query(COMMENTS)))

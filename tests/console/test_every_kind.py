"""Whatever becomes of a callback, each page has words for it."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from app.domain.entry import Entry, State
from app.domain.reasons import Reason
from tests.console.visitor import Visitor
from tests.support.chaos_house import wait_until
from tests.support.console_users import OPERATOR
from tests.support.desk import Desk
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback

TASK = "00T000000000123AAA"


@pytest.fixture
def desk(tmp_path: Path, console: RunningRingback) -> Iterator[Desk]:
    """Puts callbacks into the console's ledger."""
    desk = Desk(tmp_path, url=console.environment["DATABASE_URL"])
    yield desk
    desk.ledger.database.close()


@pytest.fixture
def visitor(console: RunningRingback) -> Visitor:
    return Visitor(console.url, *OPERATOR)


def shown(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def page_of(visitor: Visitor, entry: Entry) -> str:
    return shown(visitor, f"/console/callbacks/{entry.id}")


def test_every_reason(desk: Desk, visitor: Visitor) -> None:
    """Also one that only a newer Ringback knows."""
    words = [reason.word for reason in Reason]
    for word in [*words, "a_newer_word"]:
        desk.add(State.FAILED, reason=word)
    pages = [shown(visitor, f"/console/callbacks?reason={word}") for word in (*words[:20], "a_newer_word")]
    listed = shown(visitor, "/console/callbacks?sort=oldest") + shown(visitor, "/console/callbacks")

    assert all("1 callback" in page for page in pages)
    assert [] == [word for word in words if f'soft">{word}<' not in listed]
    # A look of a moment ago is shown again.
    assert wait_until(lambda: "a_newer_word" in shown(visitor, "/console/"), PATIENCE)


def test_what_a_rule_skips(desk: Desk, visitor: Visitor) -> None:
    """It is not given up, and an operator may replay it: the rules may say otherwise by now."""
    entry = desk.add(State.DISCARDED, reason="skipped_by_rule", message="Rule tests makes nothing of it: test phones")

    assert "its rule makes nothing of it" in shown(visitor, "/console/callbacks?state=discarded")
    assert "Replay" in page_of(visitor, entry)
    planned = visitor.post("/console/repair", deed="replay", state="discarded", reason="skipped_by_rule")
    assert "Replay of 1 callback" in planned.text
    assert "given up" not in planned.text


def test_another_object(desk: Desk, visitor: Visitor) -> None:
    """A Task is called so, and no link leads to a Case that is none."""
    entry = desk.add(State.DELIVERED, object="Task", record_id=TASK)
    page, listed = page_of(visitor, entry), shown(visitor, "/console/callbacks")
    header, row = csv.reader(StringIO(shown(visitor, "/console/callbacks.csv")))
    said = dict(zip(header, row, strict=True))

    assert ("Task", TASK) == (said["object"], said["record_id"])
    assert f"Task {TASK}" in " ".join(listed.split())
    assert f"Task: ({TASK})" in page
    assert "/case/" not in page + listed

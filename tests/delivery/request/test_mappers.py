"""Whatever a mapper does, its callback is stored."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from app.mapping import Callback, Mapper, Record, foreign
from app.mapping.rules import Config
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk
from tests.support.patience import PATIENCE

ENDED = 3
HALF_AN_HOUR = timedelta(minutes=30)


class Wayward(Mapper):
    """Does what the caller's group asks for."""

    asked = 0
    go = threading.Event()

    def map(self, callback: Callback) -> Record:
        type(self).asked += 1
        deed = callback.group_foreign_id
        if deed == "raises":
            raise KeyError(deed)
        if deed == "exits":
            raise SystemExit(ENDED)
        if deed == "interrupts":
            raise KeyboardInterrupt
        if deed == "hangs":
            time.sleep(30)
        if deed == "waits":
            self.go.wait(PATIENCE)
        if deed == "ends":
            os._exit(ENDED)
        return Record("Task" if deed == "tasks" else "Case", {"Subject": "A callback"})


def wayward(merge: timedelta | None = None) -> Config:
    """One rule, with that mapper."""
    rule = replace(CONFIG.rules[-1], mapper=Wayward(CONFIG.rules[-1].mapper.fields, {}), require=(), merge=merge)
    return replace(CONFIG, rules=(rule,))


@pytest.fixture(params=[None, HALF_AN_HOUR], ids=["plain", "merge"])
def merge(request: pytest.FixtureRequest) -> timedelta | None:
    """Whether the rule merges what the same caller wants again."""
    return cast(timedelta | None, request.param)


@pytest.fixture
def desk(database_url: str, crm: MoodyCrm, monkeypatch: pytest.MonkeyPatch, merge: timedelta | None) -> Iterator[Desk]:
    monkeypatch.setattr(Wayward, "asked", 0)
    monkeypatch.setattr(foreign, "LIMIT_SECONDS", 0.3)
    with open_desk(database_url, crm, wayward(merge)) as opened:
        opened.heartbeats.beat("engine")
        yield opened


def entries(desk: Desk) -> list[Entry]:
    return desk.ledger.select(rows.c.id > 0)


@pytest.mark.parametrize("deed", ["raises", "exits", "interrupts", "hangs"])
def test_fails(desk: Desk, sent: Callable[..., Sent], deed: str) -> None:
    """It is stored and refused, and the answer says that the mapper failed."""
    outcome = desk.delivery.accept(sent(1, group=deed))

    assert (Status.REFUSED, Reason.MAPPING_FAILED) == (outcome.status, outcome.reason)
    assert [(State.REFUSED, "mapping_failed")] == [(one.state, one.reason) for one in entries(desk)]
    assert [] == desk.crm.calls


def test_answered_by_the_deadline(
    database_url: str, crm: MoodyCrm, sent: Callable[..., Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mapper that hangs has no longer than the answer, however long it may take otherwise."""
    monkeypatch.setattr(foreign, "LIMIT_SECONDS", PATIENCE)
    with open_desk(database_url, crm, wayward(), seconds=0.5) as desk:
        outcome = desk.delivery.accept(sent(1, group="hangs"))

    assert (Status.REFUSED, Reason.MAPPING_FAILED) == (outcome.status, outcome.reason)
    assert "has not finished within 0.5 s" in str(outcome.message)


@pytest.mark.parametrize("left", [-1.0, 0.0, 0.4])
def test_time_that_a_mapper_has_at_least(left: float) -> None:
    """One that is well is not taken for stalled, only because the answer is late already."""
    assert "done" == foreign.Foreign[str]().call(lambda: "done", left)


def test_asked_once(desk: Desk, sent: Callable[..., Sent]) -> None:
    """What a callback is mapped to when it comes is what is sent, and what the ledger says of it."""
    outcome = desk.delivery.accept(sent(1, group="tasks"))

    assert Status.CREATED is outcome.status
    assert 1 == Wayward.asked
    assert (["Task"], ["Task"]) == (
        [one.object for one in desk.crm.records.values()],
        [one.object for one in entries(desk)],
    )


def test_bug_of_our_own(
    database_url: str, crm: MoodyCrm, sent: Callable[..., Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in Ringback's own mapper loses nothing either."""

    def broken(*_: object) -> Record:
        raise ZeroDivisionError

    with open_desk(database_url, crm) as desk:
        monkeypatch.setattr("app.mapping.rules.Rule.apply", broken)
        outcome = desk.delivery.accept(sent(1))

        assert (Status.REFUSED, Reason.INTERNAL_ERROR) == (outcome.status, outcome.reason)
        assert [State.REFUSED] == [one.state for one in entries(desk)]


def end(url: str, merge: timedelta | None) -> None:
    """In a process of its own: takes a callback over which the mapper ends the process."""
    body = b'{"AcdEventsID": 1, "Caller": "4930901820", "AcdGroupsForeignSystemID": "ends"}'
    with open_desk(url, MoodyCrm(), wayward(merge)) as desk:
        desk.heartbeats.beat("engine")
        if desk.ledger.select(rows.c.id > 0):
            desk.engine.run_once()
        else:
            desk.delivery.accept(Sent(body, b"", CONFIG.sources["default"], "a-request"))


def test_ends_its_process(desk: Desk, database_url: str, merge: timedelta | None) -> None:
    """The callback is stored before such a mapper is asked; an engine asks once more, and then never again."""
    call = f"import datetime; from tests.delivery.request.test_mappers import end; end({database_url!r}, {merge!r})"
    command = [sys.executable, "-c", call]
    for _ in range(2):
        assert ENDED == subprocess.run(command, check=False).returncode
        assert [State.RECEIVED] == [one.state for one in entries(desk)]
        desk.ledger.change(1, lambda _current, now: {"lease_until": now - 1})
    desk.engine.run_once()

    assert [(State.FAILED, "mapping_failed", 0)] == [(one.state, one.reason, Wayward.asked) for one in entries(desk)]


def test_process_that_was_ended(desk: Desk, sent: Callable[..., Sent]) -> None:
    """What was ended by somebody else, before it was mapped, is mapped and delivered by an engine."""
    desk.delivery.intake.store(desk.delivery.read(sent(1, group="tasks")))
    desk.ledger.change(1, lambda _current, now: {"lease_until": now - 1})
    desk.engine.run_once()

    assert [(State.DELIVERED, "Task")] == [(one.state, one.object) for one in entries(desk)]


def wait_until_stored(desk: Desk, number: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(entries(desk)) < number:
        assert time.monotonic() < end
        time.sleep(0.01)


def drain(desk: Desk) -> None:
    end = time.monotonic() + PATIENCE
    while {State.DELIVERED} != {one.state for one in entries(desk)}:
        assert time.monotonic() < end
        desk.engine.run_once()


def test_same_caller_while_it_is_asked(
    database_url: str, crm: MoodyCrm, sent: Callable[..., Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A callback that is stored, but not yet mapped, may become a Case: the caller's next one waits for it."""
    monkeypatch.setattr(foreign, "LIMIT_SECONDS", PATIENCE)
    monkeypatch.setattr(Wayward, "go", threading.Event())
    with open_desk(database_url, crm, wayward(HALF_AN_HOUR), seconds=PATIENCE) as desk, ThreadPoolExecutor(2) as pool:
        first = pool.submit(desk.delivery.accept, sent(1, group="waits"))
        wait_until_stored(desk, 1)
        second = pool.submit(desk.delivery.accept, sent(2))
        wait_until_stored(desk, 2)
        early = wait([second], 0.3).done
        Wayward.go.set()

        assert not early
        assert (Status.CREATED, Status.UPDATED) == (first.result().status, second.result().status)


def test_same_caller_after_a_pause(database_url: str, crm: MoodyCrm, sent: Callable[..., Sent]) -> None:
    """What was held before anybody saw of what object it is makes one Case, which the caller's next one sees."""
    with open_desk(database_url, crm, wayward(HALF_AN_HOUR), seconds=PATIENCE) as desk:
        desk.heartbeats.beat("engine")
        desk.pauses.begin(ORG, "crm_unreachable", 0)
        held = [desk.delivery.accept(sent(event_id)).status for event_id in (1, 2)]
        desk.pauses.end(ORG)
        drain(desk)
        # That the pause is over, requests may see a little later.
        desk.delivery.accept(sent(3))
        drain(desk)

        assert [Status.QUEUED] * 2 == held
        assert ["default-1"] == list(crm.records)

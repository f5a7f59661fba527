"""Callbacks that are accepted as tasks of one thread: none holds it, whatever becomes of them."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from app.delivery.request.intake import Sent
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.ledger.pauses import ORG
from app.mapping import Callback, Mapper, Record, foreign
from app.mapping.rules import Rule
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk
from tests.support.patience import PATIENCE
from tests.support.tasks import RunningLoop

if TYPE_CHECKING:
    from concurrent.futures import Future

Accept = Callable[..., "Future[Outcome]"]
Story = Callable[[Desk, Accept], list[Status]]


class Thoughtful(Mapper):
    """Another one's mapper: it is asked in a thread of its own."""

    def map(self, callback: Callback) -> Record:
        if callback.subject == "hangs":
            time.sleep(PATIENCE)
        return Record("Case", {"Subject": str(callback.event_id)})


def alone(desk: Desk, accept: Accept) -> list[Status]:
    return [accept(1).result(PATIENCE).status]


def many(desk: Desk, accept: Accept) -> list[Status]:
    return [one.result(PATIENCE).status for one in [accept(number) for number in range(1, 40)]]


def repeated(desk: Desk, accept: Accept) -> list[Status]:
    return [accept(1).result(PATIENCE).status, accept(1).result(PATIENCE).status]


def repeated_meanwhile(desk: Desk, accept: Accept) -> list[Status]:
    desk.crm.gate.clear()
    both = [accept(1), accept(1)]
    assert Status.QUEUED is both[0].result(PATIENCE).status
    desk.crm.gate.set()
    return [both[1].result(PATIENCE).status]


def changed(desk: Desk, accept: Accept) -> list[Status]:
    return [accept(1).result(PATIENCE).status, accept(1, "Call me at noon.").result(PATIENCE).status]


def of_the_same_caller(desk: Desk, accept: Accept) -> list[Status]:
    return [one.result(PATIENCE).status for one in [accept(1), accept(2), accept(3)]]


def invalid(desk: Desk, accept: Accept) -> list[Status]:
    return [accept(None).result(PATIENCE).status]


def paused(desk: Desk, accept: Accept) -> list[Status]:
    desk.pauses.begin(ORG, Reason.CRM_TIMEOUT.word, 60)
    return [accept(1).result(PATIENCE).status]


def away(desk: Desk, accept: Accept) -> list[Status]:
    desk.crm.reason = Reason.CRM_UNREACHABLE
    return [accept(number).result(PATIENCE).status for number in range(1, 6)]


def hanging(desk: Desk, accept: Accept) -> list[Status]:
    desk.crm.gate.clear()
    return [one.result(PATIENCE).status for one in [accept(number) for number in range(1, 30)]]


def stalled(desk: Desk, accept: Accept) -> list[Status]:
    return [accept(1, "hangs").result(PATIENCE).status]


def without_ledger(desk: Desk, accept: Accept) -> list[Status]:
    desk.ledger.database.barred = True
    return [accept(1).result(PATIENCE).status]


CREATED, EXISTING, QUEUED, UPDATED = Status.CREATED, Status.EXISTING, Status.QUEUED, Status.UPDATED
STORIES: dict[Story, set[Status]] = {
    alone: {CREATED},
    many: {CREATED},
    repeated: {CREATED, EXISTING},
    repeated_meanwhile: {EXISTING, QUEUED, CREATED},
    changed: {CREATED, UPDATED},
    of_the_same_caller: {CREATED, UPDATED, QUEUED},
    invalid: {Status.INVALID},
    paused: {QUEUED},
    away: {QUEUED},
    # Only those that go alone hang.
    hanging: {CREATED, QUEUED},
    # Ringback's own mappers do not hang.
    stalled: {CREATED, Status.REFUSED},
    without_ledger: {CREATED},
}


def by_another(rule: Rule) -> Rule:
    return replace(rule, mapper=Thoughtful(rule.mapper.fields, {}), require=())


def merging(rule: Rule) -> Rule:
    return replace(rule, merge=timedelta(minutes=30))


@pytest.fixture(params=[merging, by_another])
def desk(request: pytest.FixtureRequest, each_ledger: str, crm: MoodyCrm) -> Iterator[Desk]:
    """A desk whose rules look for a caller's earlier callbacks, or have another one's mapper; an engine is alive."""
    config = replace(CONFIG, rules=tuple(request.param(rule) for rule in CONFIG.rules))
    with open_desk(each_ledger, crm, config, seconds=3.0) as opened:
        opened.heartbeats.beat("engine")
        yield opened


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_no_task_holds_the_thread(desk: Desk, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread of the tasks asks neither database nor CRM, and never waits, whatever becomes of a callback."""
    held: list[str] = []

    def look(*_: object) -> None:
        held.append(threading.current_thread().name)

    event.listen(desk.ledger.database.engine, "checkout", look)
    end_mapper = foreign._end

    def end(thread: threading.Thread) -> None:
        look()
        end_mapper(thread)

    monkeypatch.setattr(foreign, "_end", end)
    with RunningLoop() as loop:

        def accept(event_id: int | None, subject: str = "Offer") -> "Future[Outcome]":
            # One number each, but for those who ask again.
            number = "4930901820" if story is of_the_same_caller else f"49309{event_id or 0:05}"
            raw = json.dumps({"AcdEventsID": event_id, "CallbackNumber": number, "Subject": subject}).encode()
            sent = Sent(raw, b"", CONFIG.sources["default"], f"request-{event_id}")
            return loop.do(partial(desk.delivery.accept, sent))

        statuses = story(desk, accept)

    assert set(statuses) <= STORIES[story]
    assert loop.thread.name not in held
    assert held or story is without_ledger

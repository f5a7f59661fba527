"""The account after chaos finds each broken promise, in worlds that are made up, and nothing in a good one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.chaos_check import problems
from tests.support.chaos_found import Found
from tests.support.chaos_load import Answer, Callback

FIRST, CHANGED = Callback(1_000_001, 0, "new"), Callback(1_000_001, 1, "change")
BEGAN = 1_800_000_000.0
MARK = "[Ringback default-1000001-2] 0123456789abcdef0123456789abcdef"


def case(external_id: str, callback: Callback, created: float = BEGAN, parent: str | None = None) -> dict[str, Any]:
    moment = f"{datetime.fromtimestamp(created, UTC):%Y-%m-%dT%H:%M:%S.000+0000}"
    values = {"Id": f"500-{external_id}", "CaseNumber": "1", "Subject": callback.mark, "ParentId": parent}
    return {**values, "CreatedDate": moment, "jtel_AcdEventsID__c": external_id}


def comment(number: int, callback: Callback, mark: str = MARK) -> dict[str, Any]:
    body = f"The caller has changed the callback request:\n{callback.mark}\n{mark}"
    return {"Id": f"00a-{number}", "ParentId": "500-default-1000001", "CommentBody": body}


def entry(turn: int, **values: Any) -> dict[str, Any]:
    external_id = "default-1000001" if turn == 1 else f"default-1000001-{turn}"
    known = {"id": turn, "event_id": "1000001", "turn": turn, "external_id": external_id, "state": "delivered"}
    more = {"reason": None, "record_id": None, "attempts": 1, "unknown": False, "request_id": f"request-{turn}"}
    return {**known, **more, **values}


def attempt(entry_id: int, started_at: float, reason: str | None = None) -> dict[str, Any]:
    outcome = "failed" if reason else "delivered"
    return {"entry_id": entry_id, "started_at": started_at, "ms": 1000, "reason": reason, "outcome": outcome}


class World:
    """An event of two versions, the second one a comment on the Case of the first. A test changes what it likes."""

    def __init__(self) -> None:
        self.cases = [case("default-1000001", FIRST)]
        self.comments = [comment(1, CHANGED)]
        self.entries = [entry(1), entry(2)]
        self.attempts = [attempt(1, BEGAN), attempt(2, BEGAN + 10)]
        self.answers = [Answer(FIRST, 200, {"status": "created"}), Answer(CHANGED, 200, {"status": "updated"})]
        self.log, self.lost = "", 0

    def problems(self) -> list[str]:
        found = Found(self.cases, self.comments, self.entries, self.attempts, self.log, True, self.lost)
        return problems(found, self.answers)


def case_is_missing(world: World) -> None:
    world.cases.clear()


def comment_is_missing(world: World) -> None:
    world.comments.clear()


def two_cases_with_one_id(world: World) -> None:
    world.cases.append(case("default-1000001", Callback(1_000_001, 7, "change")))


def case_of_nobody(world: World) -> None:
    world.cases.append(case("default-7", Callback(7, 0, "new")))


def mark_twice(world: World) -> None:
    world.lost = 10
    world.comments.append(comment(2, CHANGED))


def text_twice(world: World) -> None:
    world.comments.append(comment(2, FIRST, MARK.replace("-2]", "]")))


def text_in_two_cases(world: World) -> None:
    world.cases.append(case("default-1000001-1", FIRST, parent="500-default-1000001"))


def more_texts_than_losses(world: World) -> None:
    world.lost = 1
    text_twice(world)
    text_in_two_cases(world)


def successor_after_a_loss(world: World) -> None:
    world.lost = 10
    world.comments.clear()
    world.cases.append(case("default-1000001-2", CHANGED, BEGAN + 70, "500-default-1000001"))
    world.entries[1]["unknown"] = True
    world.attempts[1:] = [attempt(2, BEGAN + 10, "crm_timeout"), attempt(2, BEGAN + 70)]


def first_makes_a_successor_after_a_loss(world: World) -> None:
    world.lost = 10
    world.cases.append(case("default-1000001-1", FIRST, BEGAN + 70, "500-default-1000001"))
    world.entries[0]["unknown"] = True
    world.attempts[:1] = [attempt(1, BEGAN, "crm_connection_lost"), attempt(1, BEGAN + 70)]


def still_waits(world: World) -> None:
    world.entries[1]["state"] = "waiting"


def has_failed(world: World) -> None:
    world.entries[1] |= {"state": "failed", "reason": "crm_timeout"}


def refused_without_cause(world: World) -> None:
    world.answers.append(Answer(CHANGED, 500, {"status": "refused", "reason": "crm_timeout"}))


def written_though_refused(world: World) -> None:
    world.answers[1] = Answer(CHANGED, 500, {"status": "refused", "reason": "validation_rule"})


def bug_in_the_log(world: World) -> None:
    world.log = '{"event": "internal_error"}'


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (case_is_missing, "lost: callback-1000001-0-end"),
        (comment_is_missing, "lost: callback-1000001-1-end"),
        (two_cases_with_one_id, "default-1000001 has 2 Cases"),
        (case_of_nobody, "default-7 has a Case and is not in the ledger"),
        (mark_twice, f"{MARK} stands in 2 comments"),
        (text_twice, "callback-1000001-0-end is there 2 times (1 such, 0 allowed)"),
        (text_in_two_cases, "callback-1000001-0-end is there 2 times (1 such, 0 allowed)"),
        (more_texts_than_losses, "callback-1000001-0-end is there 3 times (2 such, 1 allowed)"),
        (successor_after_a_loss, "default-1000001-2 succeeds 500-default-1000001 after an unknown outcome"),
        (first_makes_a_successor_after_a_loss, "default-1000001-1 succeeds 500-default-1000001 after an unknown"),
        (still_waits, "still moving: default-1000001-2"),
        (has_failed, "needs a hand: default-1000001-2"),
        (refused_without_cause, "refused though nothing is wrong with it: callback-1000001-1-end"),
        (written_though_refused, "written though refused: callback-1000001-1-end"),
        (bug_in_the_log, "log: "),
    ],
)
def test_finds(spoil: Callable[[World], None], words: str) -> None:
    """What may never be is told, with what it is about."""
    world = World()
    spoil(world)

    assert [line for line in world.problems() if line.startswith(words)], world.problems()


def as_it_should_be(_: World) -> None:
    pass


def text_twice_after_a_loss(world: World) -> None:
    text_twice(world)
    world.lost = 1


def successor(world: World) -> None:
    world.comments.clear()
    world.cases.append(case("default-1000001-2", CHANGED, BEGAN + 10, "500-default-1000001"))


def successor_that_was_found(world: World) -> None:
    successor_after_a_loss(world)
    world.cases[-1] = case("default-1000001-2", CHANGED, BEGAN + 10, "500-default-1000001")


def successor_after_a_wait(world: World) -> None:
    successor_after_a_loss(world)
    world.entries[1]["unknown"] = False
    world.attempts[1]["reason"] = "crm_busy"


@pytest.mark.parametrize(
    "allowed",
    [as_it_should_be, text_twice_after_a_loss, successor, successor_that_was_found, successor_after_a_wait],
)
def test_allows(allowed: Callable[[World], None]) -> None:
    """What a lost answer, or an agent who closes a Case, may lead to is no broken promise."""
    world = World()
    allowed(world)

    assert [] == world.problems()

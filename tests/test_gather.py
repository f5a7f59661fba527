"""What gathers while one is busy goes together; nobody waits on purpose, and nobody is forgotten."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from app.gather import Gather
from tests.support.patience import PATIENCE


class Wish:
    """Something that waits for its end."""

    def __init__(self, name: object = None) -> None:
        self.name, self.done = name, Future[str]()


def fail(wishes: list[Wish], error: BaseException) -> None:
    for wish in wishes:
        wish.done.set_exception(error)


def fulfil(wishes: list[Wish]) -> None:
    for wish in wishes:
        wish.done.set_result(f"with {len(wishes)}")


class Gate:
    """Holds the first round until it is opened, and notes what each round was given."""

    def __init__(self) -> None:
        self.rounds: list[list[object]] = []
        self.entered, self.open = threading.Event(), threading.Event()

    def work(self, wishes: list[Wish]) -> None:
        self.rounds.append([wish.name for wish in wishes])
        self.entered.set()
        assert self.open.wait(PATIENCE)
        fulfil(wishes)


def held(gate: Gate, gather: Gather[Wish]) -> Wish:
    """The first, which keeps a worker busy."""
    first = Wish("first")
    gather.add(first)
    assert gate.entered.wait(PATIENCE)
    return first


def test_goes_alone_at_once() -> None:
    """Who comes alone is not kept waiting for others."""
    gather = Gather[Wish](fulfil, fail, name="test")
    for _ in range(3):
        wish = Wish()
        gather.add(wish)
        assert "with 1" == wish.done.result(PATIENCE)
    gather.close()


@pytest.mark.parametrize(("limit", "rounds"), [(None, [[1, 2, 3, 4, 5]]), (2, [[1, 2], [3, 4], [5]])])
def test_gathers_meanwhile(limit: int | None, rounds: list[list[int]]) -> None:
    """What came during a round goes in the next, in order, as many as may."""
    gate = Gate()
    gather = Gather[Wish](gate.work, fail, name="test", limit=limit)
    held(gate, gather)
    wishes = [Wish(number) for number in range(1, 6)]
    for wish in wishes:
        gather.add(wish)
    gate.open.set()
    for wish in wishes:
        wish.done.result(PATIENCE)
    gather.close()

    assert [["first"], *rounds] == gate.rounds


def test_withdrawn() -> None:
    """What no round has taken can be taken back, once; what is taken cannot."""
    gate = Gate()
    gather = Gather[Wish](gate.work, fail, name="test")
    first, second, third = held(gate, gather), Wish("second"), Wish("third")
    gather.add(second)
    gather.add(third)
    withdrawn = [gather.withdraw(wish) for wish in (first, second, second)]
    gate.open.set()
    third.done.result(PATIENCE)
    gather.close()

    assert [False, True, False] == withdrawn
    assert [["first"], ["third"]] == gate.rounds


def test_workers() -> None:
    """While one is busy the others go on, up to their number; the next waits for any of them."""
    gates = {name: threading.Event() for name in ("a", "b")}
    began: list[object] = []

    def work(wishes: list[Wish]) -> None:
        for wish in wishes:
            began.append(wish.name)
            if str(wish.name) in gates:
                assert gates[str(wish.name)].wait(PATIENCE)
        fulfil(wishes)

    gather = Gather[Wish](work, fail, name="test", workers=2, limit=1)
    wishes = {name: Wish(name) for name in ("a", "b", "c")}
    for wish in wishes.values():
        gather.add(wish)
    gates["b"].set()
    assert "with 1" == wishes["c"].done.result(PATIENCE)
    running = not wishes["a"].done.done()
    gates["a"].set()
    gather.close()

    assert running
    assert {"a", "b"} == set(began[:2])


def test_looked_at_anyway() -> None:
    """Who need not go at once wakes nobody, where the queue is going to be looked at; the next who must go does."""
    sizes: list[int] = []
    looked = threading.Semaphore(0)

    def three(queued: Sequence[Wish]) -> Sequence[Wish]:
        sizes.append(len(queued))
        looked.release()
        return queued if len(queued) == 3 else []

    gather = Gather[Wish](fulfil, fail, name="test", take=three, again=PATIENCE)
    wishes = [Wish() for _ in range(3)]
    gather.add(wishes[0])
    assert looked.acquire(timeout=PATIENCE)
    gather.add(wishes[1], at_once=False)
    gather.add(wishes[2])
    for wish in wishes:
        wish.done.result(PATIENCE)
    gather.close()

    assert [1, 3] == sizes


def test_chooses() -> None:
    """`take` says what goes together, and that nothing may go yet."""
    closed = threading.Event()
    rounds: list[list[object]] = []

    def work(wishes: list[Wish]) -> None:
        rounds.append([wish.name for wish in wishes])
        fulfil(wishes)

    def even_first(queued: Sequence[Wish]) -> list[Wish]:
        if not closed.is_set():
            return []
        return [one for one in queued if isinstance(one.name, int) and one.name % 2 == 0] or list(queued)

    gather = Gather[Wish](work, fail, name="test", take=even_first, again=0.01)
    wishes = [Wish(number) for number in range(5)]
    for wish in wishes:
        gather.add(wish)
    before = list(rounds)
    closed.set()
    for wish in wishes:
        wish.done.result(PATIENCE)
    gather.close()

    assert ([], [[0, 2, 4], [1, 3]]) == (before, rounds)


def broken(*_: object) -> Any:
    raise ZeroDivisionError


BROKEN: dict[str, Callable[[], Gather[Wish]]] = {
    "work": lambda: Gather[Wish](broken, fail, name="test"),
    "take": lambda: Gather[Wish](fulfil, fail, name="test", take=broken),
    "turn": lambda: Gather[Wish](fulfil, fail, name="test", turn=broken),
}


@pytest.mark.parametrize("gather", BROKEN.values(), ids=BROKEN)
def test_bugs_are_heard_of(gather: Callable[[], Gather[Wish]]) -> None:
    """Whoever waits for what cannot be done hears it, however often."""
    one = gather()
    for _ in range(3):
        wish = Wish()
        one.add(wish)
        with pytest.raises(ZeroDivisionError):
            wish.done.result(PATIENCE)
    one.close()

    assert 0.0 == one.standstill()


def test_standstill() -> None:
    """It grows while a round runs and none ends; who only queues does not count."""
    gate = Gate()
    gather = Gather[Wish](gate.work, fail, name="test")
    before = gather.standstill()
    first = held(gate, gather)
    threading.Event().wait(0.05)
    during = gather.standstill()
    gate.open.set()
    first.done.result(PATIENCE)
    gather.close()

    assert (0.0, 0.0) == (before, gather.standstill())
    assert during >= 0.05


def test_goes_on_after_close() -> None:
    """Closing ends the threads when all is done, and the next item begins new ones."""
    gather = Gather[Wish](fulfil, fail, name="closed-test", workers=3)
    for _ in range(3):
        wishes = [Wish() for _ in range(20)]
        for wish in wishes:
            gather.add(wish)
        gather.close()
        assert all(wish.done.done() for wish in wishes)
        assert not [thread for thread in threading.enumerate() if thread.name == "closed-test"]


def test_many_at_once() -> None:
    """Whoever adds has an answer: nobody is left in the queue while all workers sleep."""
    gather = Gather[Wish](fulfil, fail, name="test", workers=4, limit=3)

    def ask(_: int) -> str:
        wish = Wish()
        gather.add(wish)
        return wish.done.result(PATIENCE)

    with ThreadPoolExecutor(32) as pool:
        assert 3000 == len(list(pool.map(ask, range(3000))))
    gather.close()


def test_after_a_fork() -> None:
    """A child has threads of its own and nothing of what its parent has queued."""
    gate = Gate()
    gather = Gather[Wish](gate.work, fail, name="test")
    held(gate, gather)
    gather.add(Wish("parent's"))
    child = os.fork()
    if not child:
        status = 1
        try:
            gate.rounds.clear()
            gate.open.set()
            wish = Wish("child's")
            gather.add(wish)
            wish.done.result(PATIENCE)
            status = 0 if gate.rounds == [["child's"]] else 2
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    gate.open.set()
    gather.close()

    assert 0 == os.waitstatus_to_exitcode(status)
    assert [["first"], ["parent's"]] == gate.rounds


def test_added_together() -> None:
    """What is added in one go goes in one round, though a worker is free to take the first."""
    gather = Gather[Wish](fulfil, fail, name="test", workers=3)
    for _ in range(20):
        wishes = [Wish(number) for number in range(5)]
        gather.add(*wishes)
        assert ["with 5"] * 5 == [wish.done.result(PATIENCE) for wish in wishes]
    gather.close()


def test_withdrawn_all() -> None:
    """All that are meant are taken back, and the others go."""
    gate = Gate()
    gather = Gather[Wish](gate.work, fail, name="test")
    held(gate, gather)
    wishes = [Wish(number) for number in range(4)]
    gather.add(*wishes)
    withdrawn = gather.withdraw_all(lambda wish: wish.name != 2)
    gate.open.set()
    wishes[2].done.result(PATIENCE)
    gather.close()

    assert [wishes[0], wishes[1], wishes[3]] == withdrawn
    assert [["first"], [2]] == gate.rounds


def test_time_lets_go() -> None:
    """What may not go yet goes after a while, though nobody says so."""
    asked: list[int] = []

    def third_time(queued: Sequence[Wish]) -> Sequence[Wish]:
        asked.append(len(queued))
        return queued if len(asked) > 2 else ()

    gather = Gather[Wish](fulfil, fail, name="test", workers=2, take=third_time, again=0.01)
    wish = Wish()
    gather.add(wish)
    assert "with 1" == wish.done.result(PATIENCE)
    gather.close()

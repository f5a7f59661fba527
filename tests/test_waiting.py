"""Tasks share one thread: who waits keeps nobody else waiting, and goes on when it need not wait any more."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial

import pytest

from app.waiting import Deadline, Signal, TimeSpent, aside, is_done, sleep
from tests.support.patience import PATIENCE
from tests.support.tasks import RunningLoop

Wait = Callable[[float], bool]
End = Callable[[], None]
WORD: ContextVar[str] = ContextVar("word", default="nobody's")


@pytest.fixture
def loop() -> Iterator[RunningLoop]:
    with RunningLoop() as running:
        yield running


def signal() -> tuple[Wait, End]:
    given = Signal()
    return given.wait, given.give


def future() -> tuple[Wait, End]:
    done: Future[None] = Future()
    return partial(is_done, done), partial(done.set_result, None)


@pytest.mark.parametrize("kind", [signal, future])
def test_many_wait_in_one_thread(loop: RunningLoop, kind: Callable[[], tuple[Wait, End]]) -> None:
    """Five hundred wait at a time, and the thread has time for another; each goes on when its own wait is over."""
    kinds = [kind() for _ in range(500)]
    waiting = [loop.do(partial(wait, PATIENCE)) for wait, _ in kinds]
    between = loop.do(threading.get_ident).result(PATIENCE)
    for _, end in reversed(kinds):
        end()

    assert loop.thread.ident == between
    assert [True] * 500 == [one.result(PATIENCE) for one in waiting]


@pytest.mark.parametrize("kind", [signal, future])
def test_what_is_over_already(loop: RunningLoop, kind: Callable[[], tuple[Wait, End]]) -> None:
    """Nobody waits for what is done; nor does a thread."""
    wait, end = kind()
    end()

    assert (True, True) == (loop.do(partial(wait, PATIENCE)).result(PATIENCE), wait(PATIENCE))


@pytest.mark.parametrize("kind", [signal, future])
def test_time_is_over(loop: RunningLoop, kind: Callable[[], tuple[Wait, End]]) -> None:
    """Who has waited long enough goes on without it, and may wait again; so does a thread."""
    for do in (loop.do, ThreadPoolExecutor(1).submit):
        wait, end = kind()
        first = do(partial(wait, 0.01))
        assert first.result(PATIENCE) is False
        second = do(partial(wait, PATIENCE))
        end()
        assert second.result(PATIENCE) is True


@pytest.mark.parametrize("kind", [signal, future])
def test_at_the_same_moment(loop: RunningLoop, kind: Callable[[], tuple[Wait, End]]) -> None:
    """Whatever comes first, the end or the wait: nobody is forgotten, and none goes on twice."""
    with ThreadPoolExecutor(4) as threads:
        for number in range(500):
            wait, end = kind()
            waiting = (loop.do if number % 2 else threads.submit)(partial(wait, PATIENCE))
            threads.submit(end)
            assert waiting.result(PATIENCE)


def test_sleep(loop: RunningLoop) -> None:
    """A task that sleeps holds the thread as little, and not for less time than it should."""
    sleeping = loop.do(partial(sleep, 10 * PATIENCE))
    began = time.monotonic()
    loop.do(partial(sleep, 0.2)).result(PATIENCE)

    assert time.monotonic() - began >= 0.2
    assert not sleeping.done()


def test_aside(loop: RunningLoop) -> None:
    """What may hold its thread has another one, with the task's context, and its result or error is the task's."""
    begun, end = threading.Event(), threading.Event()

    def hold() -> tuple[int, str]:
        begun.set()
        end.wait(PATIENCE)
        return threading.get_ident(), WORD.get()

    def task() -> tuple[int, str]:
        WORD.set("mine")
        return aside(hold)

    def fail() -> None:
        aside(lambda: 1 // 0)

    holding = loop.do(task)
    begun.wait(PATIENCE)
    assert loop.do(WORD.get).result(PATIENCE) == "nobody's"
    end.set()
    thread, word = holding.result(PATIENCE)

    assert loop.thread.ident != thread
    assert word == "mine"
    with pytest.raises(ZeroDivisionError):
        loop.do(fail).result(PATIENCE)
    assert threading.get_ident() == aside(threading.get_ident)


def test_no_thread_can_be_started(loop: RunningLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its task was told to have failed is not done later, by a thread that has become free."""
    begun, end, done = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        end.wait(PATIENCE)

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    holding = loop.do(partial(aside, hold))
    begun.wait(PATIENCE)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError):
            loop.do(partial(aside, done.set)).result(PATIENCE)
    end.set()
    holding.result(PATIENCE)
    loop.do(partial(aside, lambda: None)).result(PATIENCE)

    assert not done.is_set()


def test_contexts_are_apart(loop: RunningLoop) -> None:
    """What a task notes in its context no other sees, however they take turns."""

    def note(word: str) -> list[str]:
        WORD.set(word)
        seen = []
        for _ in range(5):
            sleep(0.001)
            seen.append(WORD.get())
        return seen

    words = [loop.do(partial(note, str(number))) for number in range(20)]

    assert [[str(number)] * 5 for number in range(20)] == [one.result(PATIENCE) for one in words]


def test_deadline_is_never_below_zero() -> None:
    """When the time is over there is none left, not less than none."""
    assert 0.0 == Deadline(0).remaining()
    assert 0.0 == Deadline(-5).remaining()


def test_deadline_never_goes_up() -> None:
    """What is left is at most what was given, and less or equal at each look."""
    deadline = Deadline(60)
    first = deadline.remaining()

    assert 60 >= first >= deadline.remaining() > 0


def test_time_ends_when_it_is_stopped() -> None:
    """What comes after an attempt is no part of its time."""
    spent = TimeSpent()
    spent.stop()
    ms = spent.ms
    sleep(0.01)

    assert ms == spent.ms

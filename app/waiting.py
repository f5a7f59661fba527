"""How a request waits. A thread just waits; a task gives its thread to other tasks meanwhile."""

import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextvars import copy_context
from functools import partial
from heapq import heappop, heappush
from itertools import count
from threading import Lock
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")
Wake = Callable[[], object]


class Loop:
    """Does many tasks in one thread: each until it has to wait, then another one goes on.

    `call` is called, by any thread, when `go_on` is to be called by that one. `submit` has work done by another thread.
    """

    def __init__(self, submit: Callable[[Callable[[], Any]], Future[Any]], call: Wake) -> None:
        self.submit, self._call = submit, call
        self._numbers = count()
        self._waiting: dict[int, _Task] = {}
        # By time. What has gone on before stays until its time.
        self._ends: list[tuple[float, int]] = []
        self._woken: deque[int] = deque()
        self._called = False

    def begin(self, work: Callable[[], object]) -> None:
        """Does the work as a task; returns when it has ended or waits. It should raise nothing."""
        _Task(self, work).switch()

    def go_on(self) -> None:
        """Goes on with the tasks that need not wait any more."""
        self._called = False
        while self._woken:
            self._go_on_with(self._woken.popleft())
        now = time.monotonic()
        while self._ends and self._ends[0][0] <= now:
            self._go_on_with(heappop(self._ends)[1])

    def seconds_left(self) -> float:
        """How soon a task has waited long enough, whatever it waits for."""
        while self._ends and self._ends[0][1] not in self._waiting:
            heappop(self._ends)
        return max(0.0, self._ends[0][0] - time.monotonic()) if self._ends else math.inf

    def wait(self, task: "_Task", seconds: float, ask: Callable[[Wake], object]) -> None:
        """Lets others go on until what is given to `ask` is called, or for so many seconds."""
        number = next(self._numbers)
        self._waiting[number] = task
        if seconds < math.inf:
            heappush(self._ends, (time.monotonic() + seconds, number))
        ask(partial(self._wake, number))
        task.home.switch()

    def _wake(self, number: int) -> None:
        """By any thread, and more than once."""
        self._woken.append(number)
        if not self._called:
            self._called = True
            self._call()

    def _go_on_with(self, number: int) -> None:
        task = self._waiting.pop(number, None)
        if task is not None:
            task.switch()


class _Task(greenlet):
    def __init__(self, loop: Loop, work: Callable[[], object]) -> None:
        super().__init__(work)
        self.loop, self.home = loop, getcurrent()


def _task() -> _Task | None:
    """The task that asks; none if it is a thread."""
    asking = getcurrent()
    return asking if isinstance(asking, _Task) else None


class Signal:
    """Is given once, by any thread, to one who waits for it."""

    __slots__ = ("_wake", "given")

    def __init__(self) -> None:
        self.given = False
        self._wake: Wake | None = None

    def give(self) -> None:
        """Whoever waits goes on."""
        self.given = True
        if self._wake is not None:
            self._wake()

    def wait(self, seconds: float) -> bool:
        """Whether it is given by then."""
        if self.given:
            return True
        task = _task()
        if task is not None:
            task.loop.wait(task, seconds, self._call)
            return self.given
        lock = Lock()
        lock.acquire()
        self._wake = lock.release
        # It may have been given just before, to nobody.
        return self.given or lock.acquire(timeout=seconds)

    def _call(self, wake: Wake) -> None:
        self._wake = wake
        if self.given:
            wake()


def is_done(future: Future[Any], seconds: float) -> bool:
    """Waits for the future; says whether it is done by then."""
    task = _task()
    if task is None:
        return bool(wait([future], seconds).done)
    if not future.done():
        task.loop.wait(task, seconds, lambda wake: future.add_done_callback(lambda _: wake()))
    return future.done()


def sleep(seconds: float) -> None:
    """Waits for so many seconds."""
    task = _task()
    if task is not None:
        task.loop.wait(task, seconds, lambda _: None)
    else:
        time.sleep(seconds)


def aside(work: Callable[[], T]) -> T:
    """What the work returns or raises. It may hold its thread: that of a task it does not."""
    task = _task()
    if task is None:
        return work()
    doing: Future[T] = Future()
    try:
        task.loop.submit(partial(_do, doing, partial(copy_context().run, work)))
    except RuntimeError:
        # No thread could be started. One that is there may have begun with it, or would do it later.
        if doing.cancel():
            raise
    is_done(doing, math.inf)
    return doing.result()


def _do(doing: Future[T], work: Callable[[], T]) -> None:
    if not doing.set_running_or_notify_cancel():
        return
    try:
        doing.set_result(work())
    except BaseException as error:
        doing.set_exception(error)

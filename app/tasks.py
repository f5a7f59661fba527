"""Many tasks in one thread: while one waits another one goes on."""

import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any

from app.waiting import Task, Wake


class Loop:
    """Does many tasks in one thread: each until it has to wait, then another one goes on.

    `call` is called, by any thread, when `go_on` is to be called by that one. `submit` has work done by another thread.
    """

    def __init__(self, submit: Callable[[Callable[[], Any]], Future[Any]], call: Wake) -> None:
        self.submit, self._call = submit, call
        self._numbers = count()
        self._waiting: dict[int, Task] = {}
        # By time. What has gone on before stays until its time.
        self._ends: list[tuple[float, int]] = []
        self._woken: deque[int] = deque()
        self._called = False

    def begin(self, work: Callable[[], object]) -> None:
        """Does the work as a task; returns when it has ended or waits. It should raise nothing."""
        Task(self, work).switch()

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

    def wait(self, task: Task, seconds: float, ask: Callable[[Wake], object]) -> None:
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

"""How a request waits: until when, how long it has waited for the CRM, and with its thread or without.

A thread just waits; a task gives its thread to other tasks meanwhile.
"""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from greenlet import getcurrent, greenlet

if TYPE_CHECKING:
    from app.tasks import Loop

T = TypeVar("T")
Wake = Callable[[], object]
# The network's own time-outs end at the deadline; this is the time they get to say so.
GRACE = 0.25


class Deadline:
    """Counts down from `seconds`; `end` is on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def remaining(self) -> float:
        """The seconds left, never below 0."""
        return max(0.0, self.end - time.monotonic())


class Task(greenlet):
    """Work in a thread that others share: where it has to wait, its `home` goes on."""

    def __init__(self, loop: "Loop", work: Callable[[], object]) -> None:
        super().__init__(work)
        self.loop, self.home = loop, getcurrent()


def _task() -> Task | None:
    """The task that asks; none if it is a thread."""
    asking = getcurrent()
    return asking if isinstance(asking, Task) else None


class Signal:
    """Is given once, by any thread, to one who waits for it."""

    given = False
    _wake: Wake | None = None

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


def looks(deadline: Deadline, soon: float, seldom: float) -> Iterator[None]:
    """Waits before each look, until the deadline: `soon` seconds at first, then longer, at most `seldom` seconds."""
    pause = soon
    while (left := deadline.remaining()) > 0:
        sleep(min(pause, left))
        yield
        pause = min(seldom, pause * 1.5)


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


class TimeSpent:
    """`outer` is what this is a part of, `started` is in seconds since 1970.

    A call that has not come back yet counts as well.
    """

    def __init__(self, outer: "TimeSpent | None" = None) -> None:
        self.started = time.time()
        self._began = time.monotonic()
        self._outer = outer
        self._done = 0.0
        self._since: float | None = None
        self._stopped: float | None = None

    @property
    def ms(self) -> int:
        """The milliseconds from the start to the end, or to now."""
        return round(((self._stopped or time.monotonic()) - self._began) * 1000)

    def stop(self) -> None:
        """This is the end."""
        self._stopped = time.monotonic()

    @property
    def crm_ms(self) -> int:
        """Those of them in which the CRM was asked."""
        since = self._since
        return round((self._done + (time.monotonic() - since if since is not None else 0.0)) * 1000)

    def begin(self, now: float) -> None:
        """A call goes out."""
        self._since = now
        if self._outer:
            self._outer.begin(now)

    def end(self, seconds: float) -> None:
        """It has come back after so long."""
        self._since = None
        self._done += seconds
        if self._outer:
            self._outer.end(seconds)


_counting: ContextVar[TimeSpent | None] = ContextVar("time_spent", default=None)


def begin_time_spent() -> TimeSpent:
    """For a request: all that is done in its context from now on."""
    spent = TimeSpent()
    _counting.set(spent)
    return spent


@contextmanager
def time_spent() -> Iterator[TimeSpent]:
    """For a part of it, such as an attempt."""
    spent = TimeSpent(_counting.get())
    token = _counting.set(spent)
    try:
        yield spent
    finally:
        _counting.reset(token)


@contextmanager
def asking_crm() -> Iterator[None]:
    """Around each call."""
    spent, began = _counting.get(), time.monotonic()
    if spent:
        spent.begin(began)
    try:
        yield
    finally:
        if spent:
            spent.end(time.monotonic() - began)

"""Calls code of others within a time limit: a mapper that stalls costs its own callbacks, and nobody else's."""

import ctypes
import math
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from types import TracebackType
from typing import Any, Generic, TypeVar

from app.waiting import aside, is_done

Value = TypeVar("Value")

# A mapper computes: it takes less than a millisecond. Twice this is less than the deadline of an answer.
LIMIT_SECONDS = 2.0
# However little time is left for the answer, it has this: no healthy one counts as stalled.
LEAST_SECONDS = 0.5
# So many stalled calls, each of this age or not back yet, and it is not called: an engine has others to deliver.
MOST_STALLED = 4
REST_SECONDS = 300.0
# So often it is told to end; a callback of the garbage collector, such as `__del__`, may swallow that.
ENDINGS = 5
ENDING_SECONDS = 0.02


class StalledError(Exception):
    """What was called does not come back. The message says since when."""


class EscapedError(Exception):
    """What was called raised what is no `Exception`, such as an exit: the cause. Nobody here is to end of it."""


class Foreign(Generic[Value]):
    """Calls of one mapper, each in a thread of its own. A thread that hangs keeps no process from ending."""

    def __init__(self, limit: float | None = None) -> None:
        self._limit = limit
        self._stalled: list[tuple[float, Future[Value]]] = []

    def call(self, step: Callable[[], Value], left: float = math.inf) -> Value:
        """What `step` gives, or the `Exception` that it raises; `EscapedError` for all else that it raises.

        Raises `StalledError` when it takes too long, and at once when too many calls did so lately. `left` is how many
        seconds are left for an answer.
        """
        limit = min(self._limit or LIMIT_SECONDS, max(LEAST_SECONDS, left))
        self._stalled = [
            (at, one) for at, one in self._stalled if not one.done() or time.monotonic() - at < REST_SECONDS
        ]
        if len(self._stalled) >= MOST_STALLED:
            raise StalledError(f"has stalled {len(self._stalled)} times lately, so it is not called for now")
        future: Future[Value] = Future()
        thread = threading.Thread(target=copy_context().run, args=(_run, step, future), name="mapper", daemon=True)
        thread.start()
        if is_done(future, limit):
            return _result(future)
        self._stalled.append((time.monotonic(), future))
        where = _where(thread)
        aside(partial(_end, thread))
        raise StalledError(f"has not finished within {limit:.2g} s").with_traceback(where)


def _run(step: Callable[[], Any], future: "Future[Any]") -> None:
    try:
        future.set_result(step())
    # An exit, too: it would end this thread alone, and without a word.
    except BaseException as error:
        future.set_exception(error)


def _result(future: "Future[Value]") -> Value:
    error = future.exception()
    if error is None or isinstance(error, Exception):
        return future.result()
    raise EscapedError from error


def _where(thread: threading.Thread) -> TracebackType | None:
    """Where the thread is just now, for the log."""
    frame = sys._current_frames().get(thread.ident or 0)
    return TracebackType(None, frame, frame.f_lasti, frame.f_lineno) if frame else None


def _end(thread: threading.Thread) -> None:
    """Ends a loop, which would slow all other threads down. What waits outside of Python goes on waiting."""
    for _ in range(ENDINGS):
        # One that has just ended by itself may have left its number to another.
        if not thread.is_alive():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit))
        thread.join(ENDING_SECONDS)

"""A thread that does tasks, as gunicorn's main thread does callbacks."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

from app.tasks import Loop
from tests.support.patience import PATIENCE

T = TypeVar("T")


class RunningLoop:
    """Runs while entered. `thread` does the tasks, `others` what they do aside."""

    def __init__(self) -> None:
        self.others = ThreadPoolExecutor(8)
        self._calls: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._loop = Loop(self.others.submit, lambda: self._calls.put(self._loop.go_on))
        self.thread = threading.Thread(target=self._run, name="tasks", daemon=True)

    def __enter__(self) -> "RunningLoop":
        self.thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._calls.put(None)
        self.thread.join(PATIENCE)
        self.others.shutdown(wait=False)

    def do(self, work: Callable[[], T]) -> "Future[T]":
        """What becomes of a task."""
        done: Future[T] = Future()
        self._calls.put(partial(self._loop.begin, partial(_note, work, done)))
        return done

    def _run(self) -> None:
        while True:
            try:
                call = self._calls.get(timeout=min(PATIENCE, self._loop.seconds_left()))
            except Empty:
                call = self._loop.go_on
            if call is None:
                return
            call()


def _note(work: Callable[[], Any], done: "Future[Any]") -> None:
    try:
        done.set_result(work())
    except BaseException as error:
        done.set_exception(error)

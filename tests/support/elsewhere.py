"""Other processes on the same ledger: a test hands them a function, and they run it with a `Runtime` of their own."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from threading import Barrier
from types import TracebackType
from typing import Any, TypeVar

from app.wiring import Runtime, build_runtime
from tests.support.forks import FORKS
from tests.support.patience import PATIENCE

Done = TypeVar("Done")

_runtime: Runtime
_barrier: Barrier


class Elsewhere:
    """`count` processes with this environment, as `ringback` would have it. Functions are those of a module."""

    def __init__(self, environment: Mapping[str, str], count: int = 1) -> None:
        self._count = count
        self._pool = ProcessPoolExecutor(
            count, FORKS, initializer=_begin, initargs=(dict(environment), FORKS.Barrier(count))
        )

    def __enter__(self) -> "Elsewhere":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._pool.shutdown()

    def run(self, function: Callable[..., Done], *arguments: Any) -> Done:
        """What `function(runtime, *arguments)` comes to in one of the processes."""
        return self._pool.submit(_run, function, arguments).result(PATIENCE)

    def run_at_once(self, *jobs: tuple[Any, ...]) -> list[Any]:
        """The same for a `(function, *arguments)` for each process, all begun at the same moment."""
        assert len(jobs) == self._count
        running = [self._pool.submit(_run_at_once, function, arguments) for function, *arguments in jobs]
        return [one.result(PATIENCE) for one in running]


def _begin(environment: Mapping[str, str], barrier: Barrier) -> None:
    global _runtime, _barrier
    os.environ.clear()
    os.environ.update(environment)
    _runtime, _barrier = build_runtime(), barrier


def _run(function: Callable[..., Done], arguments: Any) -> Done:
    return function(_runtime, *arguments)


def _run_at_once(function: Callable[..., Done], arguments: Any) -> Done:
    _barrier.wait(PATIENCE)
    return function(_runtime, *arguments)

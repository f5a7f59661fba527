"""Does in one go what has gathered meanwhile. Who comes alone goes alone, and at once."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar
from weakref import WeakSet

import structlog

log = structlog.get_logger()

Item = TypeVar("Item")


class Gather(Generic[Item]):
    """A queue, and up to `workers` threads. One that is free takes what the queue holds, and does it by one `work`.

    `work` tells the owners of its items what became of them, and should raise nothing. If it does, that is logged as a
    bug, and `failed` tells them. A round has at most `limit` items. With `take` it has those that this chooses of the
    queue; nothing means that none may go yet, and the next `add` asks anew, or the time does: after `again` seconds.
    `take` has to be quick. `turn` is called before a round takes its items, and may wait: meanwhile more gather. If all
    are withdrawn then, the round has none.

    Threads begin with the first item, so it may be made before a fork. What was queued then stays with the parent.
    """

    def __init__(
        self,
        work: Callable[[list[Item]], None],
        failed: Callable[[list[Item], BaseException], None],
        *,
        name: str,
        workers: int = 1,
        limit: int | None = None,
        take: Callable[[Sequence[Item]], Sequence[Item]] | None = None,
        again: float | None = None,
        turn: Callable[[], object] | None = None,
    ) -> None:
        self._work, self._failed, self._name = work, failed, name
        self._workers, self._limit, self._take, self._again, self._turn = workers, limit, take, again, turn
        self._begin()
        _all.add(self)

    def _begin(self) -> None:
        self._ready = threading.Condition(threading.Lock())
        # By identity: items may be equal. Any order that `take` wants is its own.
        self._queue: dict[int, Item] = {}
        self._threads: set[threading.Thread] = set()
        self._idle = self._running = 0
        self._closing = self._looking = False
        self._moved_at = 0.0

    def add(self, *items: Item, at_once: bool = True) -> None:
        """Queues the items together. Raises `RuntimeError` where no thread can be started, and then none is queued.

        What need not go `at_once` wakes nobody, if somebody is going to look at the queue anyway.
        """
        with self._ready:
            self._queue.update((id(item), item) for item in items)
            if self._looking and not at_once:
                return
            try:
                self._call_one()
            except RuntimeError:
                if not self._threads:
                    for item in items:
                        del self._queue[id(item)]
                    raise

    def withdraw(self, item: Item) -> bool:
        """Takes the item back; says whether it could: false once a round has taken it."""
        with self._ready:
            return self._queue.pop(id(item), None) is not None

    def withdraw_all(self, which: Callable[[Item], bool]) -> list[Item]:
        """Takes back all of these that no round has taken yet."""
        with self._ready:
            withdrawn = [item for item in self._queue.values() if which(item)]
            for item in withdrawn:
                del self._queue[id(item)]
            return withdrawn

    def standstill(self) -> float:
        """For how many seconds rounds have been running and none has ended; 0 if none runs."""
        with self._ready:
            return time.monotonic() - self._moved_at if self._running else 0.0

    def close(self, seconds: float | None = None) -> None:
        """Does what is queued and may go, and ends the threads; the next item would begin new ones.

        What hangs is waited for so many seconds, all in all.
        """
        with self._ready:
            threads = list(self._threads)
            self._closing = True
            self._ready.notify_all()
        end = None if seconds is None else time.monotonic() + seconds
        for thread in threads:
            thread.join(None if end is None else max(0.0, end - time.monotonic()))
        self._closing = False

    def _call_one(self) -> None:
        """Somebody is to look at the queue. Raises `RuntimeError` where no thread can be started."""
        if self._idle:
            self._ready.notify()
        elif len(self._threads) < self._workers:
            # Those who wait for an answer have it before the process ends; nobody else needs the thread then.
            thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            thread.start()
            self._threads.add(thread)

    def _run(self) -> None:
        try:
            self._serve()
        # A bug of `take`, `turn` or `failed`. Whoever waits has to hear of it; the next item begins a new thread.
        except BaseException as error:
            log.critical("gather_died", gather=self._name, error=type(error).__name__, exc_info=error)
            with self._ready:
                self._threads.discard(threading.current_thread())
                lost = list(self._queue.values())
                self._queue.clear()
            self._failed(lost, error)

    def _serve(self) -> None:
        """One round after the other."""
        while (items := self._next()) is not None:
            try:
                self._work(items)
            except BaseException as error:
                log.error("round_failed", gather=self._name, error=type(error).__name__, exc_info=error)
                self._failed(items, error)
            finally:
                self._end_round()

    def _end_round(self) -> None:
        with self._ready:
            self._running -= 1
            self._moved_at = time.monotonic()

    def _next(self) -> list[Item] | None:
        """What goes in the next round; none at the end."""
        with self._ready:
            while not (items := self._choose(taking=self._turn is None)):
                if self._closing and not (self._queue and self._again):
                    self._threads.discard(threading.current_thread())
                    return None
                self._wait()
            if not self._running:
                self._moved_at = time.monotonic()
            self._running += 1
            if self._turn is None:
                return items
        try:
            self._turn()
        except BaseException:
            self._end_round()
            raise
        with self._ready:
            return self._choose(taking=True)

    def _wait(self) -> None:
        # It is enough if somebody looks at the clock.
        looks = self._again is not None and bool(self._queue) and not self._looking
        self._looking = self._looking or looks
        self._idle += 1
        self._ready.wait(self._again if looks else None)
        self._idle -= 1
        if looks:
            self._looking = False

    def _choose(self, *, taking: bool) -> list[Item]:
        """What may go; it is in the queue no more if the round is `taking` it."""
        queued = list(self._queue.values())
        items = list(self._take(queued)) if self._take and queued else queued[: self._limit]
        if taking and items:
            for item in items:
                del self._queue[id(item)]
            if self._queue:
                with suppress(RuntimeError):
                    self._call_one()
        return items


# What a process has made before it forks, other threads may have held at that moment.
_all: "WeakSet[Gather[Any]]" = WeakSet()


def _begin_anew() -> None:
    for gather in _all:
        gather._begin()


os.register_at_fork(after_in_child=_begin_anew)

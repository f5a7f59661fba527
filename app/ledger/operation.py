"""What somebody wants to store or change: a part of a round of the writer."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from app.ledger.driver import Ask, ask

Value = TypeVar("Value")
# Asks, is sent the first rows of the answers, and returns what the operation comes to.
Steps = Generator[Sequence[Ask], Sequence[Any], Value]
# What is locked first, and in which order. Where all go by it nobody waits for one who waits for him.
Order = tuple[int, str, int]
LAST: Order = (2, "", 0)


def by_event(source: str, event_id: str | None, turn: int) -> Order:
    """Of what stores a row for an event: another transaction may be storing the same."""
    return (0, f"{source}\0{event_id}", turn)


def by_row(entry_id: int) -> Order:
    """Of what changes a row that is there."""
    return (1, "", entry_id)


class Operation(ABC, Generic[Value]):
    """It is done within the transaction of its round, perhaps more than once, and touches at most 200 rows.

    `lock` is a number that all have to lock who must not overtake each other; SQLite has one writer anyway.
    `tells_again` is whether it can find out that it was done already, when a commit is in doubt.
    """

    tells_again = False

    def __init__(self, lock: int | None = None, order: Order = LAST) -> None:
        self.lock, self.order = lock, order
        self.done: Future[Value] = Future()
        self.value: Any = None
        self.error: Exception | None = None

    @abstractmethod
    def run(self, connection: Connection, *, again: bool) -> None:
        """Does all of it and keeps its `value`; raises whatever that raises."""

    def begins(self) -> bool:
        """Whether somebody waits for it still; from now on it cannot be taken back."""
        done = self.done
        return not done.cancelled() and (done.running() or done.set_running_or_notify_cancel())

    def tell(self) -> None:
        """Tells who waits for it what became of it."""
        if not self.begins():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.value)


class Work(Operation[Value]):
    """What is done seldom. `again` is done instead where it may have been done already."""

    def __init__(self, work: Callable[[Connection], Value], again: Callable[[Connection], Value] | None = None) -> None:
        super().__init__()
        self._work, self._again = work, again
        self.tells_again = again is not None

    def run(self, connection: Connection, *, again: bool) -> None:
        work = self._again if again and self._again else self._work
        self.value = work(connection)


class Stepwise(Operation[Value]):
    """What each callback needs. It only says what to ask, so that a Postgres answers many of them at once.

    `steps` is told whether it may have been done already.
    """

    def __init__(
        self, steps: Callable[[bool], Steps[Value]], *, tells_again: bool, order: Order, lock: int | None = None
    ) -> None:
        super().__init__(lock, order)
        self._steps = steps
        self.tells_again = tells_again

    def run(self, connection: Connection, *, again: bool) -> None:
        run_in_step(connection, [self], again=again)

    def begin(self, *, again: bool) -> Sequence[Ask] | None:
        """What it asks first."""
        self._under_way = self._steps(again)
        return self.go_on(None)

    def go_on(self, rows: Sequence[Any] | None) -> Sequence[Ask] | None:
        """What it asks next; nothing at its end."""
        try:
            return self._under_way.send(rows) if rows is not None else next(self._under_way)
        except StopIteration as end:
            self.value = end.value
            return None


def run_in_step(connection: Connection, operations: Sequence[Stepwise[Any]], *, again: bool) -> None:
    """All ask, all are answered, and so on to the end."""
    asking = [(one, asks) for one in operations if (asks := one.begin(again=again))]
    while asking:
        rows = iter(ask(connection, [one for _, asks in asking for one in asks]))
        answered = [(one, list(islice(rows, len(asks)))) for one, asks in asking]
        asking = [(one, asks) for one, answer in answered if (asks := one.go_on(answer))]

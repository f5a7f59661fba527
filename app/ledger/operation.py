"""What somebody wants to store or change: a part of a round of the writer."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

Value = TypeVar("Value")
# What is locked first, and in which order. Where all go by it nobody waits for one who waits for him.
Order = tuple[int, str, int]
LAST: Order = (2, "", 0)


def by_event(source: str, event_id: str | None, turn: int) -> Order:
    """Of what stores a row for an event: another transaction may be storing the same."""
    return (0, f"{source}\0{event_id}", turn)


def by_row(entry_id: int) -> Order:
    """Of what changes a row that is there."""
    return (1, "", entry_id)


@dataclass(eq=False)
class Operation(Generic[Value]):
    """`work` is done within the transaction of its round, perhaps more than once, and touches at most 200 rows.

    `again` does it where it may have been done already, since a commit is in doubt. Without it that stays unknown.
    `lock` is a number that all have to lock who must not overtake each other; SQLite has one writer anyway.
    """

    work: Callable[[Connection], Value]
    again: Callable[[Connection], Value] | None = None
    lock: int | None = None
    order: Order = LAST
    done: "Future[Value]" = field(default_factory=Future)
    value: Any = None
    error: Exception | None = None

    def run(self, connection: Connection, *, again: bool) -> None:
        """Does its work; raises whatever that raises."""
        self.error = None
        work = self.again if again and self.again is not None else self.work
        self.value = work(connection)

    def tell(self) -> None:
        """Tells who waits for it what became of it. Who has gone does not hear it."""
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.value)

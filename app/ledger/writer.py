"""Writes together what comes together: what is told to one is on the disk, and the disk is waited for once.

A round is one transaction for several operations, of which each succeeds or fails for itself.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.gather import Gather
from app.ledger.errors import LedgerError, UnreachableError, writing_error
from app.ledger.patience import BRIEF, patience
from app.ledger.sessions import is_silent

Value = TypeVar("Value")

# A round with as many keeps the next one waiting for some hundredths of a second.
LIMIT = 200
# The server's own time, and some for the round to say what it met.
AWAY_SECONDS = BRIEF + 0.5
_CLOSE_SECONDS = 10.0
_UNCONFIRMED = "the commit was not confirmed"


class Ask(NamedTuple):
    """A statement and its values, as the driver takes them; `brings` rows or not."""

    sql: str
    values: Sequence[Any] | Mapping[str, Any] = ()
    brings: bool = False


# Asks, is sent the first row of each answer, and returns what the operation comes to.
Steps = Generator[Sequence[Ask], Sequence[Any], Value]
# What is locked first, and in which order. Where all go by it nobody waits for one who waits for him.
Order = tuple[int, str, int]
LAST: Order = (2, "", 0)


class Operation(Generic[Value]):
    """A part of a round: `work`, or `steps`. It may be done more than once, and touches at most 200 rows.

    Each is told whether it may have been done already, when a commit is in doubt; `tells_again` is whether it can find
    that out. `lock` is a number that all have to lock who must not overtake each other; SQLite has one writer anyway.
    """

    def __init__(
        self,
        work: Callable[[Connection, bool], Value] | None = None,
        steps: Callable[[bool], Steps[Value]] | None = None,
        *,
        tells_again: bool,
        order: Order = LAST,
        lock: int | None = None,
    ) -> None:
        self.work, self.steps = work, steps
        self.tells_again, self.order, self.lock = tells_again, order, lock
        self.value: Any = None
        self.error: BaseException | None = None
        # Free when it is told what became of it.
        self.untold = Lock()
        self.untold.acquire()
        # Whoever has it first decides whether it is done or taken back.
        self.fate = Lock()
        self.begun = False


# Does the operations of a round in its transaction, so that each sees what those before it have changed. Notes in each
# its value, or the error that undoes it alone, and raises what undoes all. The flag is as for `Operation`.
Share = Callable[[Connection, Sequence[Operation[Any]], bool], None]


@dataclass(frozen=True)
class _Undone:
    """What has undone a transaction; `begun` is false where there was none.

    `heard` is whether the database has said so itself: then the next operation need not wait for it.
    """

    error: Exception
    begun: bool
    heard: bool = True

    @property
    def lost(self) -> bool:
        """Whether another session may do it."""
        return self.begun and isinstance(self.error, LedgerError) and self.error.lost

    @property
    def in_doubt(self) -> bool:
        """Whether it may be done after all."""
        return isinstance(self.error, LedgerError) and self.error.in_doubt

    @property
    def away(self) -> bool:
        """Whether the next operation would only wait as long, for nothing."""
        return not self.begun or (self.lost and not self.heard)


class Writer:
    """One for each database of a process. Safe to use from many threads, and made anew by a fork.

    While it is `barred` the database counts as away. A round waits for its `turn` among processes, and calls `release`.
    """

    def __init__(
        self,
        engine: Engine,
        share: Share,
        *,
        workers: int = 1,
        turn: Callable[[], None] | None = None,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self.barred = False
        self._engine, self._share, self._release = engine, share, release
        self._gather = Gather[Operation[Any]](
            self._round, _lose, name="writer", workers=workers, limit=LIMIT, turn=turn
        )

    def do(self, operation: Operation[Value]) -> Value:
        """What the operation comes to, when it is on the disk. Raises what it raises, and `LedgerError`.

        The database is away when no round has ended for a while, not when many wait.
        """
        if self.barred:
            raise UnreachableError("the database has not been opened yet")
        try:
            self._gather.add(operation)
        except RuntimeError as error:
            raise LedgerError(str(error)) from error
        while not operation.untold.acquire(timeout=max(0.05, AWAY_SECONDS - self._gather.standstill())):
            if self._gather.standstill() >= AWAY_SECONDS:
                self._leave(operation)
        if operation.error is not None:
            raise operation.error
        value: Value = operation.value
        return value

    def close(self) -> None:
        """Does what is queued; the next operation begins anew."""
        self._gather.close(_CLOSE_SECONDS)

    def _leave(self, operation: Operation[Any]) -> None:
        """Takes the operation back, or leaves it in doubt if its transaction has begun."""
        withdrawn = self._gather.withdraw(operation) or operation.fate.acquire(blocking=False)
        if withdrawn or operation.untold.locked():
            raise UnreachableError("the database does not answer", in_doubt=not withdrawn)

    def _round(self, operations: Sequence[Operation[Any]]) -> None:
        patience.set(BRIEF)
        try:
            if operations:
                self._do_all(operations)
        finally:
            # Nobody waits while the results are told.
            self._release()
        for operation in operations:
            operation.untold.release()

    def _do_all(self, operations: Sequence[Operation[Any]]) -> None:
        """Notes in each what became of it. Together, if possible; else each has a transaction of its own."""
        undone = self._together(sorted(operations, key=lambda one: one.order))
        if undone is None:
            return
        if undone.away or len(operations) == 1:
            _fail(operations, undone.error)
            return
        for place, operation in enumerate(operations):
            undone = self._together([operation])
            if undone is not None and undone.away:
                _fail(operations[place:], undone.error)
                return
            if undone is not None:
                operation.error = undone.error

    def _together(self, operations: Sequence[Operation[Any]], *, again: bool = False) -> _Undone | None:
        """What has undone all of them, if something has."""
        undone = self._once(operations, again=again)
        if undone is not None and undone.lost:
            # Nothing had been done.
            undone = self._once(operations, again=again)
        if undone is None or not undone.in_doubt or again:
            return undone
        self._decide(operations)
        return None

    def _decide(self, operations: Sequence[Operation[Any]]) -> None:
        """A commit is in doubt: does once more what can tell whether it was done."""
        in_doubt = [one for one in operations if one.error is None]
        asked = [one for one in in_doubt if one.tells_again]
        _fail([one for one in in_doubt if not one.tells_again], LedgerError(_UNCONFIRMED, in_doubt=True))
        if asked and self._together(asked, again=True) is not None:
            _fail(asked, LedgerError(_UNCONFIRMED, in_doubt=True))

    def _once(self, operations: Sequence[Operation[Any]], *, again: bool) -> _Undone | None:
        begun = committing = False
        try:
            with begin(self._engine) as connection:
                begun = True
                for one in operations:
                    one.error, one.begun = None, one.begun or one.fate.acquire(blocking=False)
                self._share(connection, [one for one in operations if one.begun], again)
                committing = True
                connection.commit()
        except SQLAlchemyError as error:
            return _Undone(writing_error(error, in_doubt=committing), begun, heard=not is_silent(error))
        except Exception as error:
            return _Undone(error, begun)
        return None


def begin(engine: Engine) -> Connection:
    """A connection in a transaction. A session that was lost while nobody used it is replaced."""
    try:
        return _begun(engine)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    return _begun(engine)


def _begun(engine: Engine) -> Connection:
    connection = engine.connect()
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def _fail(operations: Sequence[Operation[Any]], undone: Exception) -> None:
    for operation in operations:
        # Each waiter raises its own.
        operation.error = undone.copy() if isinstance(undone, LedgerError) else undone


def _lose(operations: Sequence[Operation[Any]], error: BaseException) -> None:
    for operation in operations:
        if operation.untold.locked():
            operation.error = error
            operation.untold.release()

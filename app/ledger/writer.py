"""Writes together what comes together: what is told to one is on the disk, and the disk is waited for once.

A round is one transaction for several operations, of which each succeeds or fails for itself.
"""

import math
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.gather import Gather
from app.ledger.errors import LedgerError, UnreachableError, writing_error
from app.ledger.patience import BRIEF, patience
from app.ledger.sessions import has_waited, is_silent
from app.waiting import Signal

Value = TypeVar("Value")

# A round with as many keeps the next one waiting for some hundredths of a second.
LIMIT = 200
# The server's own time, and some for the round to say what it met.
AWAY_SECONDS = BRIEF + 0.5
# An option of connections: what keeps its transaction waiting ends it soon.
BRIEFLY = "briefly"
_CLOSE_SECONDS = 10.0
# After a round of so many the next one is likely to be as large.
_MANY = 3


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

    Each is told whether it may have been done already, when a commit is unknown; `tells_again` is whether it can find
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
        self.ended = Signal()
        # Whoever has it first decides whether it is done or taken back.
        self.fate = Lock()
        self.begun = False

    def tell(self) -> None:
        """What became of it, to who waits: once, and only by the thread that does it."""
        if not self.ended.given:
            self.ended.give()

    def lose(self, error: BaseException) -> None:
        """Tells of a bug, unless it was told before what became of it."""
        if not self.ended.given:
            self.error = error
            self.tell()

    def give_back(self) -> None:
        """Nothing of it was done: until it begins again it may be taken back."""
        if self.begun:
            self.begun = False
            self.fate.release()


# Does the operations of a round in its transaction, so that each sees what those before it have changed. Notes in each
# its value, or the error that undoes it alone, and raises what undoes all. The flag is as for `Operation`.
Share = Callable[[Connection, Sequence[Operation[Any]], bool], None]


@dataclass(frozen=True)
class _Undone:
    """What has undone a transaction; `begun` is false where there was none.

    `heard` is whether the database has said so itself: then the next operation need not wait for it. `waited`: somebody
    else held what it wants, or it took too long.
    """

    error: Exception
    begun: bool
    heard: bool = True
    waited: bool = False

    @property
    def lost(self) -> bool:
        """Whether another session may do it."""
        return self.begun and isinstance(self.error, LedgerError) and self.error.lost

    @property
    def unknown(self) -> bool:
        """Whether it may be done after all."""
        return isinstance(self.error, LedgerError) and self.error.unknown

    @property
    def away(self) -> bool:
        """Whether the next operation would only wait as long, for nothing."""
        return not self.begun or (self.lost and not self.heard)


class Writer:
    """One for each database of a process. Safe to use from many threads, and made anew by a fork.

    While it is `barred` the database counts as away. A round waits for its `turn` among processes, and calls `release`.
    Where many come it waits for more for `linger` seconds: then each costs less.
    """

    def __init__(
        self,
        engine: Engine,
        share: Share,
        *,
        turn: Callable[[], None] | None = None,
        release: Callable[[], None] = lambda: None,
        linger: float = 0.0,
    ) -> None:
        self.barred = False
        self._linger, self._size = linger, 0
        self._engines = {briefly: engine.execution_options(**{BRIEFLY: briefly}) for briefly in (False, True)}
        self._share, self._release = share, release
        turn = turn or (self._wait_for_more if linger else None)
        self._gather = Gather[Operation[Any]](self._round, _lose, name="writer", limit=LIMIT, turn=turn)

    def do(self, operation: Operation[Value]) -> Value:
        """What the operation comes to, when it is on the disk. Raises what it raises, and `LedgerError`.

        The database is away when no round has ended for a while, not when many wait; but nobody waits for others for
        longer than his `patience`.
        """
        if self.barred:
            raise UnreachableError("the database has not been opened yet")
        try:
            self._gather.add(operation)
        except RuntimeError as error:
            raise LedgerError(str(error)) from error
        end = time.monotonic() + (patience.get() or math.inf) + AWAY_SECONDS
        while not operation.ended.wait(max(0.05, self._left(end))):
            if self._left(end) <= 0:
                self._leave(operation)
        if operation.error is not None:
            raise operation.error
        value: Value = operation.value
        return value

    def close(self) -> None:
        """Does what is queued; the next operation begins anew."""
        self._gather.close(_CLOSE_SECONDS)

    def _left(self, end: float) -> float:
        """For how long to wait, as things stand."""
        return min(AWAY_SECONDS - self._gather.standstill(), end - time.monotonic())

    def _leave(self, operation: Operation[Any]) -> None:
        """Takes the operation back, or leaves it unknown if its transaction has begun."""
        withdrawn = self._gather.withdraw(operation) or operation.fate.acquire(blocking=False)
        if withdrawn or not operation.ended.given:
            raise UnreachableError("the database does not answer", unknown=not withdrawn)

    def _wait_for_more(self) -> None:
        if self._size >= _MANY:
            time.sleep(self._linger)

    def _round(self, operations: Sequence[Operation[Any]]) -> None:
        self._size = len(operations)
        patience.set(BRIEF)
        try:
            if operations:
                self._do_all(operations)
        finally:
            # Nobody waits while the results are told.
            self._release()
        for operation in operations:
            operation.tell()

    def _do_all(self, operations: Sequence[Operation[Any]]) -> None:
        """Notes in each what became of it. Together, if possible; else each has a transaction of its own."""
        several = len(operations) > 1
        undone = self._together(sorted(operations, key=lambda one: one.order), briefly=several)
        if undone is None:
            return
        if undone.away or not several:
            _fail(operations, undone.error)
            return
        waiting = self._apart(operations, briefly=True)
        self._apart(waiting, briefly=False)

    def _apart(self, operations: Sequence[Operation[Any]], *, briefly: bool) -> list[Operation[Any]]:
        """Each by itself, and each hears of it at once. Those that would keep the others waiting are left."""
        waiting: list[Operation[Any]] = []
        for place, operation in enumerate(operations):
            undone = self._together([operation], briefly=briefly)
            if undone is not None and undone.away:
                _fail([*waiting, *operations[place:]], undone.error)
                return []
            if undone is not None and undone.waited and briefly:
                waiting.append(operation)
                continue
            if undone is not None:
                operation.error = undone.error
            operation.tell()
        return waiting

    def _together(self, operations: Sequence[Operation[Any]], *, briefly: bool, again: bool = False) -> _Undone | None:
        """What has undone all of them, if something has."""
        undone = self._once(operations, briefly=briefly, again=again)
        if undone is not None and undone.lost:
            # Nothing had been done.
            undone = self._once(operations, briefly=briefly, again=again)
        if undone is None or not undone.unknown or again:
            return undone
        self._decide(operations, undone.error)
        return None

    def _decide(self, operations: Sequence[Operation[Any]], error: Exception) -> None:
        """Whether a commit was done is unknown: does once more what can tell. All else ends with the `error`."""
        unknown = [one for one in operations if one.error is None]
        asked = [one for one in unknown if one.tells_again]
        _fail([one for one in unknown if not one.tells_again], error)
        if asked and self._together(asked, briefly=False, again=True) is not None:
            _fail(asked, error)

    def _once(self, operations: Sequence[Operation[Any]], *, briefly: bool, again: bool) -> _Undone | None:
        begun = committing = False
        try:
            with begin(self._engines[briefly]) as connection:
                begun = True
                for one in operations:
                    one.error, one.begun = None, one.begun or one.fate.acquire(blocking=False)
                self._share(connection, [one for one in operations if one.begun], again)
                committing = True
                connection.commit()
        except SQLAlchemyError as error:
            meant = writing_error(error, unknown=committing)
            meant.__cause__ = error
            undone = _Undone(meant, begun, heard=not is_silent(error), waited=has_waited(error))
        except Exception as error:
            undone = _Undone(error, begun)
        else:
            return None
        if not committing and not again:
            for one in operations:
                one.give_back()
        return undone


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
        operation.lose(error)

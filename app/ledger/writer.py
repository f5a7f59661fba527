"""Writes together what comes together: what is told to one is on the disk, and the disk is waited for once."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection

from app.gather import Gather
from app.ledger.errors import LedgerError, UnreachableError
from app.ledger.operation import Operation
from app.ledger.patience import BRIEF, patience
from app.ledger.rounds import Rounds
from app.ledger.turn import Turn

Value = TypeVar("Value")

# A round with as many keeps the next one waiting for some hundredths of a second.
LIMIT = 200
# The server's own time, and some for the round to say what it met.
AWAY_SECONDS = BRIEF + 0.5
_CLOSE_SECONDS = 10.0
# With more, rounds are smaller and cost more; with one, the next waits for each answer of the server.
POSTGRES_CONNECTIONS = 2


class Writer:
    """One for each database of a process. Safe to use from many threads, and made anew by a fork."""

    def __init__(self, begin: Callable[[], Connection], turn: Turn, *, sqlite: bool) -> None:
        self._rounds = Rounds(begin, sqlite=sqlite)
        self._turn = turn
        self._gather = Gather[Operation[Any]](
            self._round,
            _lose,
            name="writer",
            workers=1 if sqlite else POSTGRES_CONNECTIONS,
            limit=LIMIT,
            turn=turn.take if sqlite else None,
        )

    def do(self, operation: Operation[Value]) -> Value:
        """What the operation returns, when it is on the disk. Raises what it raises, and `LedgerError`.

        The database is away when no round has ended for a while, not when many wait.
        """
        try:
            self._gather.add(operation)
        except RuntimeError as error:
            raise LedgerError(str(error)) from error
        while True:
            try:
                return operation.done.result(max(0.05, AWAY_SECONDS - self._gather.standstill()))
            except TimeoutError:
                if operation.done.done():
                    raise
            if self._gather.standstill() >= AWAY_SECONDS:
                self._leave(operation)

    def close(self) -> None:
        """Does what is queued; the next operation begins anew."""
        self._gather.close(_CLOSE_SECONDS)

    def _leave(self, operation: Operation[Any]) -> None:
        """Takes the operation back, or leaves it in doubt if its transaction has begun."""
        withdrawn = self._gather.withdraw(operation) or operation.done.cancel()
        if not operation.done.done() or withdrawn:
            raise UnreachableError("the database does not answer", in_doubt=not withdrawn)

    def _round(self, operations: list[Operation[Any]]) -> None:
        patience.set(BRIEF)
        try:
            if operations:
                self._rounds.do(operations)
        finally:
            # Nobody waits while the results are told.
            self._turn.release()
        for operation in operations:
            operation.tell()


def _lose(operations: list[Operation[Any]], error: BaseException) -> None:
    for operation in operations:
        if not operation.done.done():
            operation.done.set_exception(error)

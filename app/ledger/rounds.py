"""One transaction for several operations, of which each succeeds or fails for itself."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.ledger.errors import LedgerError, writing_error
from app.ledger.sessions import is_silent
from app.ledger.sharing import Operations, share_postgres, share_sqlite

_UNCONFIRMED = "the commit was not confirmed"


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


class Rounds:
    """`begin` opens a transaction that may write. Safe to use from many threads."""

    def __init__(self, begin: Callable[[], Connection], *, sqlite: bool) -> None:
        self._begin = begin
        self._share = share_sqlite if sqlite else share_postgres

    def do(self, operations: Operations) -> None:
        """Does all of them and notes in each what became of it; raises nothing.

        Together, if that is possible. If an operation ends the transaction of all, each has one of its own.
        """
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

    def _together(self, operations: Operations, *, again: bool = False) -> _Undone | None:
        """What has undone all of them, if something has."""
        undone = self._once(operations, again=again)
        if undone is not None and undone.lost:
            # Nothing had been done.
            undone = self._once(operations, again=again)
        if undone is None or not undone.in_doubt or again:
            return undone
        self._decide(operations)
        return None

    def _decide(self, operations: Operations) -> None:
        """A commit is in doubt: does once more what can tell whether it was done."""
        in_doubt = [one for one in operations if one.error is None]
        asked = [one for one in in_doubt if one.tells_again]
        _fail([one for one in in_doubt if not one.tells_again], LedgerError(_UNCONFIRMED, in_doubt=True))
        if asked and self._together(asked, again=True) is not None:
            _fail(asked, LedgerError(_UNCONFIRMED, in_doubt=True))

    def _once(self, operations: Operations, *, again: bool) -> _Undone | None:
        begun = committing = False
        try:
            with self._begin() as connection:
                begun = True
                taking_part = [one for one in operations if one.begins()]
                for one in taking_part:
                    one.error = None
                self._share(connection, taking_part, again=again)
                committing = True
                connection.commit()
        except SQLAlchemyError as error:
            return _Undone(writing_error(error, in_doubt=committing), begun, heard=not is_silent(error))
        except Exception as error:
            return _Undone(error, begun)
        return None


def _fail(operations: Operations, undone: Exception) -> None:
    for operation in operations:
        # Each waiter raises its own.
        operation.error = undone.copy() if isinstance(undone, LedgerError) else undone

"""What may be wrong with the ledger, as all others hear of it."""

from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from app.ledger.sessions import is_conflict, may_pass
from app.waiting import aside

_P = ParamSpec("_P")
_T = TypeVar("_T")


class LedgerError(Exception):
    """The database cannot be reached or written.

    `unknown`: a commit was sent, and what became of it is not known. `lost`: nothing was done, since the session was
    of no use; it has been thrown away, and the next may be better.
    """

    def __init__(self, message: str, *, unknown: bool = False, lost: bool = False) -> None:
        super().__init__(message)
        self.unknown, self.lost = unknown, lost

    def copy(self) -> "LedgerError":
        """The same error, for one more who raises it."""
        same = type(self)(str(self), unknown=self.unknown, lost=self.lost)
        same.__cause__ = self.__cause__
        return same


class UnreachableError(LedgerError):
    """The server does not answer, or not yet. Nothing is wrong with the address, as far as one can tell."""


class ConflictError(Exception):
    """A unique index holds such a row already."""


def ledger_error(error: SQLAlchemyError, message: str | None = None, *, unknown: bool = False) -> LedgerError:
    """What became of the ledger; `UnreachableError` where waiting may help."""
    if not isinstance(error, DBAPIError):
        return LedgerError(message or type(error).__name__, unknown=unknown)
    lost = error.connection_invalidated and not unknown
    kind = UnreachableError if may_pass(error) else LedgerError
    return kind(message or type(error.orig).__name__, unknown=unknown, lost=lost)


def writing_error(error: SQLAlchemyError, *, unknown: bool) -> LedgerError | ConflictError:
    """The same of what was to be written, which may be there already."""
    if isinstance(error, IntegrityError) and is_conflict(error):
        return ConflictError()
    return ledger_error(error, unknown=unknown)


def once_more(read: Callable[_P, _T]) -> Callable[_P, _T]:
    """A function that reads in one transaction does so again when the session was lost. It holds no task's thread."""

    @wraps(read)
    def do(*arguments: _P.args, **named: _P.kwargs) -> _T:
        reading = partial(read, *arguments, **named)
        try:
            return aside(reading)
        except LedgerError as error:
            if not error.lost:
                raise
        return aside(reading)

    return do

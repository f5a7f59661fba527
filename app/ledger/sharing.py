"""How several operations share a transaction, so that each sees what those before it have changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import SQLAlchemyError

from app.ledger.driver import Ask, ask, in_transaction
from app.ledger.errors import LedgerError, writing_error
from app.ledger.operation import Operation, Order, Stepwise, run_in_step

Operations = Sequence[Operation[Any]]
_numbers = func.unnest(bindparam("numbers", type_=ARRAY(BigInteger))).column_valued("number")
_LOCK = select(func.pg_advisory_xact_lock(_numbers))


def share_sqlite(connection: Connection, operations: Operations, *, again: bool) -> None:
    """One after the other; the failure of one undoes nothing of the others, as long as the transaction lives."""
    for one in operations:
        if len(operations) == 1:
            one.run(connection, again=again)
        else:
            _run_apart(connection, one, again=again)
        # A full disk ends the transaction, and some who hear of it go on.
        if not in_transaction(connection):
            raise one.error or LedgerError("the transaction has ended by itself")


def share_postgres(connection: Connection, operations: Operations, *, again: bool) -> None:
    """In step as far as possible, since each answer takes its time; the failure of one undoes all."""
    numbers = sorted({one.lock for one in operations if one.lock is not None})
    if numbers:
        connection.execute(_LOCK, {"numbers": numbers})
    for some in _apart([one for one in operations if isinstance(one, Stepwise)]):
        run_in_step(connection, some, again=again)
    for one in operations:
        if not isinstance(one, Stepwise):
            one.run(connection, again=again)


def _run_apart(connection: Connection, one: Operation[Any], *, again: bool) -> None:
    ask(connection, [Ask("SAVEPOINT operation")])
    try:
        one.run(connection, again=again)
    except SQLAlchemyError as error:
        one.error = writing_error(error, in_doubt=False)
    except Exception as error:
        one.error = error
    if in_transaction(connection):
        if one.error is not None:
            ask(connection, [Ask("ROLLBACK TO operation")])
        ask(connection, [Ask("RELEASE operation")])


def _apart(operations: Sequence[Stepwise[Any]]) -> list[list[Stepwise[Any]]]:
    """Those of one row do not go in step, since each has to see what the one before has made of it."""
    apart: list[dict[Order, Stepwise[Any]]] = []
    for one in operations:
        place = next((some for some in apart if one.order not in some), None)
        if place is None:
            place = {}
            apart.append(place)
        place[one.order] = one
    return [list(some.values()) for some in apart]

"""How long a Postgres is waited for that takes what it is sent and does not answer.

Its own time-outs are of no use then, and no time-out of TCP ends a connection whose other end is there.
"""

import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ClassVar

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

from app.ledger.patience import BRIEF, patience

# A request that would have to connect asks nothing for so long after somebody of this process has given up.
QUIET = 1.0


class PatientConnection(psycopg.Connection[Any]):
    """Gives up when the `patience` of who asks is over: it closes, and raises what a broken connection raises.

    What was sent may be done all the same when the server wakes up, a commit, too.
    """

    gave_up_at: ClassVar[float] = -math.inf

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """What psycopg waits with for each answer of the server."""
        try:
            return super().wait(gen, interval, patience.get() if timeout is None else timeout)
        except psycopg.OperationalError as error:
            # With an answer the statement would be over, and without a connection nothing would be under way.
            if self.info.transaction_status is not TransactionStatus.ACTIVE:
                raise
            self.close()
            raise _gave_up() from error


def connect(pool: ThreadPoolExecutor, make: Callable[[], PatientConnection]) -> PatientConnection:
    """A new connection. One of a request is made in a thread of `pool`, since a name look-up has no time-out."""
    seconds = patience.get()
    if seconds is None or seconds > BRIEF:
        try:
            return make()
        except psycopg.errors.ConnectionTimeout as error:
            raise _gave_up() from error
    if gave_up_lately():
        raise psycopg.OperationalError("the server did not answer a moment ago")
    making = pool.submit(make)
    try:
        return making.result(seconds)
    except TimeoutError as error:
        making.cancel()
        making.add_done_callback(_close)
        raise _gave_up() from error


def gave_up_lately() -> bool:
    """Whether somebody of this process has found a moment ago that the server does not answer."""
    return time.monotonic() - PatientConnection.gave_up_at < QUIET


def _gave_up() -> psycopg.OperationalError:
    PatientConnection.gave_up_at = time.monotonic()
    return psycopg.OperationalError("the server does not answer")


def _close(opened: "Future[PatientConnection]") -> None:
    if not opened.cancelled() and opened.exception() is None:
        opened.result().close()

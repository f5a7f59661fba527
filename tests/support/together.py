"""Has several write to a ledger in one and the same round."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from app.ledger.database import Database
from app.ledger.postgres import WRITERS

PATIENT = 20.0


class EndedError(Exception):
    """Nothing is to be committed."""


@contextmanager
def busy(database: Database) -> Iterator[list["Future[None]"]]:
    """The writer is in rounds until the end, which commit nothing, so that all who come meanwhile gather."""
    workers = 1 if database.sqlite else WRITERS
    done = threading.Event()
    with ThreadPoolExecutor(workers) as pool:
        held = [_hold(database, pool, done) for _ in range(workers)]
        try:
            yield held
        finally:
            done.set()
            wait(held, PATIENT)


def together(database: Database, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each returns or raises."""
    with ThreadPoolExecutor(len(calls)) as pool:
        with busy(database):
            waiting = [pool.submit(_caught, call) for call in calls]
            until_queued(database, len(calls))
        return [one.result(PATIENT) for one in waiting]


def until_queued(database: Database, count: int) -> None:
    """Returns when so many wait for the next round."""
    end = time.monotonic() + PATIENT
    while len(database._writer._gather._queue) < count:
        assert time.monotonic() < end
        time.sleep(0.01)


def _hold(database: Database, pool: ThreadPoolExecutor, done: threading.Event) -> "Future[None]":
    entered = threading.Event()

    def hold(_: Connection) -> None:
        entered.set()
        assert done.wait(PATIENT)
        raise EndedError

    holding = pool.submit(database.write, hold)
    assert entered.wait(PATIENT)
    return holding


def _caught(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:
        return error

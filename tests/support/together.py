"""Has several write to a ledger in one and the same round."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from app.ledger.database import Database

PATIENT = 20.0


class EndedError(Exception):
    """Nothing is to be committed."""


@contextmanager
def busy(database: Database) -> Iterator["Future[None]"]:
    """The writer is in a round until the end, which commits nothing, so that all who come meanwhile gather."""
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        held = _hold(database, pool, done)
        try:
            yield held
        finally:
            done.set()
            wait([held], PATIENT)


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

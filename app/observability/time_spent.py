"""How long a request or an attempt has been waiting for the CRM, however deep below it the calls are made."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class TimeSpent:
    """`outer` is what this is a part of, `started` is in seconds since 1970.

    A call that has not come back yet counts as well.
    """

    def __init__(self, outer: "TimeSpent | None" = None) -> None:
        self.started = time.time()
        self._began = time.monotonic()
        self._outer = outer
        self._done = 0.0
        self._since: float | None = None

    @property
    def ms(self) -> int:
        """The milliseconds since the start."""
        return round((time.monotonic() - self._began) * 1000)

    @property
    def crm_ms(self) -> int:
        """Those of them in which the CRM was asked."""
        since = self._since
        return round((self._done + (time.monotonic() - since if since is not None else 0.0)) * 1000)

    def begin(self, now: float) -> None:
        """A call goes out."""
        self._since = now
        if self._outer:
            self._outer.begin(now)

    def end(self, seconds: float) -> None:
        """It has come back after so long."""
        self._since = None
        self._done += seconds
        if self._outer:
            self._outer.end(seconds)


_counting: ContextVar[TimeSpent | None] = ContextVar("time_spent", default=None)


def begin_time_spent() -> TimeSpent:
    """For a request: all that is done in its context from now on."""
    spent = TimeSpent()
    _counting.set(spent)
    return spent


@contextmanager
def time_spent() -> Iterator[TimeSpent]:
    """For a part of it, such as an attempt."""
    spent = TimeSpent(_counting.get())
    token = _counting.set(spent)
    try:
        yield spent
    finally:
        _counting.reset(token)


@contextmanager
def asking_crm() -> Iterator[None]:
    """Around each call."""
    spent, began = _counting.get(), time.monotonic()
    if spent:
        spent.begin(began)
    try:
        yield
    finally:
        if spent:
            spent.end(time.monotonic() - began)

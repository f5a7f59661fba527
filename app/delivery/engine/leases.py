"""The leases of what an engine is delivering: prolonged by the clock, as long as the delivery gets on."""

import time
from contextlib import AbstractContextManager

from app.delivery.courier.places import BEYOND
from app.delivery.engine.repeated import repeated
from app.ledger.queue import Queue
from app.waiting import Deadline

# Longer than a record waits for its call and the call takes.
LEASE_SECONDS = 120.0
RENEW_SECONDS = 20.0
# A thread that hangs for ever must neither keep its leases nor count as alive.
STANDSTILL_SECONDS = 150.0


class Leases:
    """Those of one delivery, whose entries were claimed with `lease` at the monotonic clock's time `at` or later."""

    def __init__(self, queue: Queue, lease: str, at: float) -> None:
        self._queue, self._lease = queue, lease
        self._end = at + LEASE_SECONDS
        self._latest = time.monotonic()

    def step(self) -> None:
        """An entry got on."""
        self._latest = time.monotonic()

    @property
    def is_stuck(self) -> bool:
        """Whether nothing has got on for too long."""
        return time.monotonic() - self._latest > STANDSTILL_SECONDS

    def within(self, seconds: float) -> Deadline:
        """So long, but no longer than that a call, which may outlast it, ends before the leases do."""
        return Deadline(min(seconds, self._end - time.monotonic() - BEYOND))

    def kept(self) -> AbstractContextManager[None]:
        """They are prolonged until the end of the block, while there is progress."""
        return repeated(self.renew, RENEW_SECONDS, "lease")

    def renew(self) -> None:
        """Prolongs them, unless nothing gets on. Raises `LedgerError`."""
        now = time.monotonic()
        if not self.is_stuck:
            self._queue.renew(self._lease, LEASE_SECONDS)
            self._end = now + LEASE_SECONDS

"""What a request and its attempt have to agree on when the attempt outlives the request."""

import threading

from app.delivery.settle import Result


class Promise:
    """Either the request answers `queued` first, and the attempt is settled as promised, or it hears what came of it.

    The ledger need not be there for it: as long as this process lives nobody else settles the attempt, and whoever
    takes over from a dead process treats it as promised. `by_another` says that another request had been answered
    `queued` when the attempt was settled.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given = False
        self.result: Result | None = None
        self.by_another = False

    def give(self) -> bool:
        """The request is about to answer `queued`. Says whether it may: not when the `result` is being settled."""
        with self._lock:
            self._given = self.result is None
            return self._given

    def settle(self, result: Result) -> bool:
        """The attempt is about to be settled with this result. Says whether the promise was given."""
        with self._lock:
            self.result = result
            return self._given

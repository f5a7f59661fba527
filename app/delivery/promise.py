"""What a request and its attempt have to agree on when the attempt outlives the request."""

import threading
from collections.abc import Callable

from app.delivery.settle import Result
from app.domain.errors import RingbackError

Ends = Callable[[RingbackError], RingbackError | None]


class Promise:
    """Either the request answers `queued` first, and the attempt is settled as promised, or it hears what came of it.

    The ledger need not be there for it: as long as this process lives nobody else settles the attempt, and whoever
    takes over from a dead process treats it as promised. `ends` says what ends the callback, if nobody was promised it,
    where the attempt's error would let it wait; nothing where it may. It may take its time, and raises nothing.
    """

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._lock = threading.Lock()
        self._given = False
        self.result: Result | None = None
        self.instead: RingbackError | None = None

    def give(self) -> bool:
        """The request is about to answer `queued`. Says whether it may: not when the `result` is being settled."""
        with self._lock:
            self._given = self.result is None
            return self._given

    def settle(self, result: Result) -> bool:
        """The attempt is about to be settled with this result. Says whether the promise was given."""
        instead = self._ends(result) if isinstance(result, RingbackError) else None
        with self._lock:
            self.result, self.instead = result, instead
            return self._given

"""What a request and its attempt have to agree on when the attempt outlives the request."""

import threading
from collections.abc import Callable

from app.delivery.entry.settle import Result
from app.domain.errors import RingbackError

Ending = Callable[[RingbackError], RingbackError | None]


class Promise:
    """Either the request answers `queued` first, and the attempt is settled as promised, or it hears what came of it.

    The ledger need not be there for it: as long as this process lives nobody else settles the attempt, and whoever
    takes over from a dead process treats it as promised. `ending_of` says what ends the callback, if nobody was
    promised it, where the attempt's error would let it wait; nothing where it may. It raises nothing.
    """

    def __init__(self, ending_of: Ending) -> None:
        self._ending_of = ending_of
        self._lock = threading.Lock()
        self._given = False
        self.result: Result | None = None
        self.ending: RingbackError | None = None

    def give(self) -> bool:
        """The request is about to answer `queued`. Says whether it may: not when the `result` is being settled."""
        with self._lock:
            self._given = self.result is None
            return self._given

    def settle(self, result: Result) -> bool:
        """The attempt is about to be settled with this result. Says whether the promise was given."""
        ending = self._ending_of(result) if isinstance(result, RingbackError) else None
        with self._lock:
            self.result, self.ending = result, ending
            return self._given

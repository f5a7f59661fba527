"""How many connections each process serves: a new one is for the process that serves the fewest."""

import mmap
from functools import cache

# In seconds: for so long a new connection is left to a process that serves fewer.
WAIT_SECONDS = 0.002
# More than anybody starts. The places are used in turns.
_PLACES = 256


class Balance:
    """What one process serves, where the others of its gunicorn see it. `age` is gunicorn's number of the process."""

    def __init__(self, age: int) -> None:
        self._counts, self._place = _shared_counts(), age % _PLACES

    def show(self, connections: int) -> None:
        """This process serves so many."""
        self._counts[self._place] = connections + 1

    def leave(self) -> None:
        """This process takes no more."""
        self._counts[self._place] = 0

    def another_serves_fewer(self) -> bool:
        """Whether a new connection is for another process."""
        return min(filter(None, self._counts), default=0) < self._counts[self._place]


@cache
def _shared_counts() -> memoryview:
    """The same for all that are forked from whoever asks first; 0 is nobody, 1 no connection."""
    return memoryview(mmap.mmap(-1, 4 * _PLACES)).cast("I")

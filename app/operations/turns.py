"""Long work on the ledger, some at a time, so that nobody else waits for it."""

import time
from collections.abc import Callable


def in_turns(step: Callable[[], int], told: Callable[[int], object]) -> int:
    """Repeats a step until it has done nothing; says how much all have done. `told` hears it of each."""
    total = 0
    while True:
        began = time.monotonic()
        done = step()
        if not done:
            return total
        total += done
        told(done)
        # Whoever else writes has a turn as long as this one was.
        time.sleep(time.monotonic() - began)

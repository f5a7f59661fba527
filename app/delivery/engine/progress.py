"""Whether a round gets on: a thread that hangs for ever must neither keep its leases nor count as alive."""

import time
from dataclasses import dataclass, field

# Longer than a call can take, and than a record waits for one.
STANDSTILL_SECONDS = 150.0


@dataclass
class Progress:
    """Of one round, whose entries are prepared and settled one after the other."""

    _latest: float = field(default_factory=time.monotonic)

    def step(self) -> None:
        """An entry got on."""
        self._latest = time.monotonic()

    @property
    def is_stuck(self) -> bool:
        """Whether nothing has got on for too long."""
        return time.monotonic() - self._latest > STANDSTILL_SECONDS

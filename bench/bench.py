"""What all scenarios need: the stand-in, the contenders, how long to measure, and event ids that nobody has used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from bench.contenders import RINGBACKS, Contenders
from bench.salesforce import RunningStandIn

# More than a contender answers in one measurement.
_EVENTS_APART = 1_000_000


@dataclass
class Bench:
    """`names` are the contenders that were chosen; `share` makes the counts of a quick run smaller."""

    stand_in: RunningStandIn
    contenders: Contenders
    names: Sequence[str]
    rounds: int
    seconds: float
    share: float = 1.0
    _events: Iterator[int] = field(default_factory=lambda: count(_EVENTS_APART, _EVENTS_APART))

    def fresh_events(self) -> int:
        """The first of a million event ids."""
        return next(self._events)

    def chosen(self, names: Sequence[str] = RINGBACKS) -> list[str]:
        """Those of `names` that were chosen."""
        return [name for name in names if name in self.names]

    def some(self, whole: int) -> int:
        """So many in a full run, fewer in a quick one."""
        return max(1, int(whole * self.share))

"""What came in the last hours and what stands open: what people see first, beside `Now`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.domain.entry import Entry, State
from app.domain.reasons import who_acts
from app.domain.source import clock_of
from app.ledger.counts import HOUR, ReasonCount, by_hour, by_reason, dropped_by_hour, oldest_waiting, skipped_by_hour
from app.ledger.ledger import Ledger
from app.mapping.rules import Config
from app.operations.now import Now

HOURS = 24
# Who has waited longest is shown one by one.
MOST_WAITING = 5


@dataclass(frozen=True)
class Hour:
    """The callbacks that came in the hour that begins then, by what became of them so far.

    `lacking` counts those of `delivered` whose Case lacks fields. `skipped` are what a rule makes nothing of; a person
    has `discarded` the others.
    """

    begins: float
    delivered: int
    lacking: int
    waiting: int
    failed: int
    refused: int
    skipped: int
    discarded: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.delivered + self.waiting + self.failed + self.refused + self.skipped + self.discarded


@dataclass(frozen=True)
class Standing:
    """Callbacks that stand where they stand for one reason; `who` has to act, or nobody."""

    count: ReasonCount
    who: str | None


@dataclass(frozen=True)
class Today:
    """`hours` are the last 24, the oldest first. `standing` is what waits, has failed, or was refused in these hours.

    `waiting` has waited longest, without its payload.
    """

    hours: Sequence[Hour]
    standing: Sequence[Standing]
    waiting: Sequence[Entry]

    @classmethod
    def of(cls, ledger: Ledger, config: Config, now: Now) -> "Today":
        """Raises `LedgerError`."""
        database, since = ledger.database, _begin(now.clock, clock_of(config.sources))
        ids = oldest_waiting(database, MOST_WAITING)
        return cls(
            _hours(ledger, since),
            [Standing(one, _who(one)) for one in by_reason(database, since)],
            sorted(ledger.states(ids), key=lambda one: one.received_at),
        )

    def in_state(self, *states: State) -> list[Standing]:
        """What stands in one of these states, with its reason."""
        return [one for one in self.standing if one.count.state in states]


def _who(count: ReasonCount) -> str | None:
    # What has ended is not tried again by itself, even if its cause has passed.
    return who_acts(count.reason) or (None if count.state is State.WAITING else "operator")


def _begin(clock: float, zone: tzinfo) -> float:
    """When the first of the hours begins, by the clock of the first source; the last one is that of now."""
    hour = datetime.fromtimestamp(clock, zone).replace(minute=0, second=0, microsecond=0)
    return hour.timestamp() - (HOURS - 1) * HOUR


def _hours(ledger: Ledger, since: float) -> list[Hour]:
    states = by_hour(ledger.database, since, HOURS)
    lacks = dropped_by_hour(ledger.database, since, HOURS)
    skips = skipped_by_hour(ledger.database, since, HOURS)
    return [
        Hour(
            begins=since + number * HOUR,
            delivered=count[State.DELIVERED],
            lacking=min(lacks[number], count[State.DELIVERED]),
            waiting=count[State.WAITING] + count[State.RECEIVED],
            failed=count[State.FAILED],
            refused=count[State.REFUSED] + count[State.INVALID],
            skipped=min(skips[number], count[State.DISCARDED]),
            discarded=max(0, count[State.DISCARDED] - skips[number]),
        )
        for number, count in enumerate(states)
    ]

"""Between which times an event must have been made to be taken in."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.ledger.known_events import KnownEvents
from app.ledger.ledger import Ledger
from app.operations.purge import DAY
from app.operations.reconcile.report import LeftOut

# jtel's clock, or the time zone of the source, may be wrong by hours.
MOST_MARGIN = DAY


@dataclass(frozen=True)
class Limits:
    """Seconds since 1970; `now` is when they were found out. Without `since` no callback of the source has come yet."""

    since: float | None
    until: float
    now: float

    def why_not(self, created: datetime, zone: tzinfo) -> LeftOut | None:
        """Why an event of this time is left out, if so. An hour that comes twice is taken for both."""
        times = [created] if created.tzinfo else [created.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
        moments = [one.timestamp() for one in times]
        if self.since is None or min(moments) < self.since:
            return LeftOut.OLD
        return LeftOut.YOUNG if max(moments) > self.until else None


def limits_of(ledger: Ledger, known: KnownEvents, kept_days: float | None, grace: float, since: float | None) -> Limits:
    """What `known` has of the source decides, and `kept_days`: so long an entry is known. Raises `LedgerError`.

    What came before Ringback was there, or has been removed since, would look as if it never came.
    """
    now = ledger.now()
    first = known.first_at()
    floors = [first, since, None if kept_days is None else now - _certain(kept_days * DAY)]
    begin = None if first is None else max(one for one in floors if one is not None)
    return Limits(begin, now - grace, now)


def _certain(kept: float) -> float:
    return kept - min(MOST_MARGIN, kept / 10)

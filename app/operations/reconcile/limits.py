"""Between which times an event must have been made to be taken in."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.operations.reconcile.report import LeftOut


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

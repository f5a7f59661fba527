"""Begins a run: what the ledger knows now says what may be taken in."""

from dataclasses import dataclass
from functools import partial

from app.delivery.request.intake import Intake
from app.domain.source import ReconcileOptions, Source
from app.ledger.known_events import KnownEvents
from app.ledger.ledger import Ledger
from app.operations.purge import DAY
from app.operations.reconcile.compare import EventComparison
from app.operations.reconcile.limits import Limits
from app.operations.reconcile.report import ReconcileReport
from app.operations.reconcile.take_in import TakeIn, preview
from app.rules_in_force.in_force import InForce

# jtel's clock, or the time zone of the source, may be wrong by hours.
MOST_MARGIN = DAY


@dataclass(frozen=True)
class Reconcile:
    """`kept_days` is how long entries are kept, none for good. `pace` stretches the grace time."""

    ledger: Ledger
    in_force: InForce
    kept_days: float | None
    pace: float = 1.0

    def begin(
        self, source: Source, options: ReconcileOptions, *, since: float | None = None, only_show: bool = False
    ) -> EventComparison:
        """A run for the source; what is older than `since` is left out. Raises `LedgerError`."""
        known = KnownEvents(self.ledger.database, source.name)
        limits = self._limits(known, options.grace * self.pace, since)
        take = partial(preview, source) if only_show else TakeIn(Intake(self.ledger, 0), self.in_force, source)
        return EventComparison(source, options, known, limits, take, ReconcileReport(source.name, done=not only_show))

    def _limits(self, known: KnownEvents, grace: float, since: float | None) -> Limits:
        """What `known` has of the source decides, and `kept_days`: so long an entry is known.

        What came before Ringback was there, or has been removed since, would look as if it never came.
        """
        now, first = self.ledger.now(), known.first_at()
        kept = None if self.kept_days is None else self.kept_days * DAY
        floors = [first, since, None if kept is None else now - kept + min(MOST_MARGIN, kept / 10)]
        begin = None if first is None else max(one for one in floors if one is not None)
        return Limits(begin, now - grace, now)

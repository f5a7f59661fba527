"""One run: jtel's list beside the ledger, in chunks, so that neither is ever held as a whole."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from app.domain.source import ReconcileOptions, Source
from app.jtel.records import AcdEvent
from app.ledger.known_events import KnownEvents
from app.operations.reconcile.limits import Limits
from app.operations.reconcile.report import MOST_NAMED, LeftOut, ReconcileReport
from app.operations.reconcile.seen import Seen
from app.operations.reconcile.take_in import Taken

# As many parameters as each database takes in a statement, and not more than a request has to wait for.
CHUNK = 500
Take = Callable[[AcdEvent], Taken]


@dataclass
class EventComparison:
    """`take` takes an event in, or only says what would become of it. `report` grows while it runs."""

    source: Source
    options: ReconcileOptions
    known: KnownEvents
    limits: Limits
    take: Take
    report: ReconcileReport
    _seen: Seen = field(default_factory=Seen, init=False)
    _decided: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self._decided = set(self.known.decided())
        self.report.since = self.limits.since

    def run(self, events: Iterable[AcdEvent], go_on: Callable[[], bool] = lambda: True) -> None:
        """Goes through jtel's events, as long as `go_on` says so after each chunk.

        Raises `LedgerError`, and what `events` raises.
        """
        rest = iter(events)
        while chunk := list(islice(rest, CHUNK)):
            self._compare(chunk)
            if not go_on():
                return
        self.report.complete = True

    def look_back(self) -> None:
        """Finds what the ledger knows and jtel has not shown. To be called after a run. Raises `LedgerError`."""
        gone: list[str] = []
        for row, event_id in self.known.rows_between(self.limits.since or 0.0, self.limits.now):
            if not self._seen.has(row):
                self.report.gone_count += 1
                gone.append(event_id)
                del gone[:-MOST_NAMED]
        self.report.gone = gone

    def _compare(self, events: Sequence[AcdEvent]) -> None:
        known: set[str] = set()
        for row, event_id in self.known.rows_of([str(event.id) for event in events if event.id is not None]):
            self._seen.add(row)
            known.add(event_id)
        self.report.same += len(known)
        for event in events:
            self.report.looked_at += 1
            if str(event.id) not in known:
                self._meet(event)

    def _meet(self, event: AcdEvent) -> None:
        """What the ledger does not know."""
        why = self._why_not(event)
        if why is None:
            taken = self.take(event)
            if taken is Taken.STORED:
                self.report.taken.append(str(event.id))
            elif taken is Taken.INVALID:
                self.report.invalid.append(str(event.id))
                self._decided.add(str(event.id))
            else:
                why = LeftOut.CAME
        if why is not None:
            self.report.left_out[why] += 1

    def _why_not(self, event: AcdEvent) -> LeftOut | None:
        why = self._why_not_wanted(event)
        if why is not None:
            return why
        if event.created is None:
            return LeftOut.NO_TIME
        why = self.limits.why_not(event.created, self.source.zone)
        if why is not None:
            return why
        if str(event.id) in self._decided:
            return LeftOut.DECIDED
        return LeftOut.CAP if self.report.found >= self.options.cap else None

    def _why_not_wanted(self, event: AcdEvent) -> LeftOut | None:
        if not event.is_callback:
            return LeftOut.NO_CALLBACK
        if event.group_id not in self.options.groups:
            return LeftOut.OTHER_GROUP
        if event.is_final:
            return LeftOut.FINAL
        return None if (event.id or 0) > 0 else LeftOut.NO_EVENT_ID

"""A desk whose source has had a callback a day ago, and a jtel with events of the test's own."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from app.domain.entry import Entry, State
from app.domain.source import ReconcileOptions
from app.jtel.client import JtelClient
from app.operations.purge import DAY
from app.operations.reconcile.begin import Reconcile
from app.operations.reconcile.report import ReconcileReport
from app.rules_in_force.in_force import InForce, Loaded
from tests.operations.reconcile.records import GROUP
from tests.support.desk import Desk
from tests.support.jtel import JtelServer, Told, listed


class Pair:
    """jtel and the ledger, and what a run between them comes to."""

    def __init__(self, desk: Desk, jtel: JtelServer) -> None:
        self.desk = desk
        self.jtel = jtel
        self.source = desk.config.sources["default"]
        self.first = desk.add(State.DELIVERED, age=DAY)
        self.kept_days: float | None = 730.0

    def show(self, events: Sequence[dict[str, Any]] | Told) -> None:
        """From now on jtel has these events."""
        self.jtel.replies["GET /acd/events"] = events if isinstance(events, Told) else listed(events)

    def reconcile(self) -> Reconcile:
        return Reconcile(self.desk.ledger, InForce(Loaded(self.desk.config, "config")), self.kept_days)

    def run(self, *, cap: int = 100, grace: float = 600.0, since: float | None = None, **how: bool) -> ReconcileReport:
        """The report of one run, also of one that jtel breaks off, which raises."""
        options = ReconcileOptions(frozenset({GROUP}), grace=grace, cap=cap)
        comparison = self.reconcile().begin(self.source, options, since=since, **how)
        self.report = comparison.report
        comparison.run(JtelClient(self.jtel.access).events())
        comparison.look_back()
        return comparison.report

    def entries(self, record: dict[str, Any]) -> list[Entry]:
        """What the ledger has of the event."""
        return self.desk.ledger.of_event("default", str(record["ID"]))


@pytest.fixture
def pair(desk: Desk) -> Iterator[Pair]:
    with JtelServer() as jtel:
        yield Pair(desk, jtel)

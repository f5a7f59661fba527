"""By itself: one process of the fleet, now and then, and nobody else waits for it."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.event import listen

from app.domain.errors import ConfigError
from app.domain.source import ReconcileOptions, Source
from app.jtel.access import JtelAccess
from app.ledger.duties import Duties
from app.ledger.reconcile_runs import ReconcileRuns
from app.ledger.writer import AWAY_SECONDS
from app.metrics import Meter
from app.operations.reconcile.begin import Reconcile
from app.operations.reconcile.reconciling import Reconciling, _Turn
from app.rules_in_force.in_force import InForce, Loaded
from tests.operations.reconcile.conftest import Pair
from tests.operations.reconcile.records import GROUP, event
from tests.support.jtel import events_stream, failure
from tests.support.patience import SOON

EVERY = 3600.0


def process(pair: Pair, access: Callable[[Source], JtelAccess] | None = None) -> Reconciling:
    """One of the fleet, whose source is reconciled every hour."""
    config = pair.desk.config
    source = replace(pair.source, reconcile=ReconcileOptions(frozenset({GROUP}), EVERY))
    in_force = InForce(Loaded(replace(config, sources={"default": source}), "config"))
    return Reconciling(Reconcile(pair.desk.ledger, in_force, 730.0), access or (lambda _: pair.jtel.access), Meter())


def look(one: Reconciling, stop: threading.Event | None = None) -> None:
    for source in one.reconcile.in_force.loaded.config.sources.values():
        if source.reconcile is not None:
            one._look(source, source.reconcile, stop or threading.Event())


def test_one_of_the_fleet(pair: Pair) -> None:
    """Whoever looks first reconciles; the others, and itself, do not before the time is over."""
    pair.show([event()])
    first, second = process(pair), process(pair)

    for one in (first, second, first, second):
        look(one)

    (run,) = ReconcileRuns(pair.desk.ledger.database).all()
    assert 1 == pair.jtel.count("GET /acd/events")
    assert (None, run.ran_at) == (run.reason, run.succeeded_at)


@pytest.mark.parametrize(
    ("kind", "reason"), [("jtel", "jtel_failed"), ("settings", "jtel_not_configured"), ("bug", None)]
)
def test_trouble_ends_nothing(pair: Pair, kind: str, reason: str | None) -> None:
    """Whatever is wrong, the thread goes on; what keeps it from jtel is noted, and the earlier success stays."""

    def access(_: Source) -> JtelAccess:
        if kind == "settings":
            raise ConfigError(["JTEL_TOKEN_FILE: the file is gone"])
        if kind == "bug":
            raise RuntimeError
        return pair.jtel.access

    runs = ReconcileRuns(pair.desk.ledger.database)
    runs.note("default", None)
    (before,) = runs.all()
    pair.show(failure(500, "Internal"))

    look(process(pair, access))

    (run,) = runs.all()
    assert before.succeeded_at == run.succeeded_at
    assert reason == run.reason


def test_disk_is_slow(pair: Pair) -> None:
    """A turn that was written down after nobody waited for it any more is this process's own at the next look."""
    commits = count()

    def commit(_: Connection) -> None:
        if threading.current_thread().name.startswith("writer") and not next(commits):
            time.sleep(AWAY_SECONDS + 1)

    record, one = event(), process(pair)
    pair.show([record])
    listen(pair.desk.ledger.database.engine, "commit", commit)
    look(one)
    before, end = pair.entries(record), time.monotonic() + SOON
    while not pair.entries(record) and time.monotonic() < end:
        look(one)

    assert ([], 1) == (before, len(pair.entries(record)))


def test_end_of_the_process(pair: Pair) -> None:
    """A process that is told to end stops after what it has at hand; another may go on later."""
    stop = threading.Event()
    records = [event() for _ in range(1500)]

    def ending() -> Iterable[dict[str, Any]]:
        for number, record in enumerate(records):
            if number == 900:
                stop.set()
            yield record

    pair.jtel.replies["GET /acd/events"] = lambda _: events_stream(ending(), len(records))
    one = process(pair)
    look(one, stop)

    taken = [entry for entry in pair.desk.ledger.select() if entry.reconciled]
    assert 0 < len(taken) < 1500
    assert [] == ReconcileRuns(pair.desk.ledger.database).all()


def test_turn_is_lost(pair: Pair) -> None:
    """Who has not been heard of for too long has lost its turn, and hears so."""
    duties = Duties(pair.desk.ledger.database)
    slow, other = (_Turn(duties, "default", name, EVERY, threading.Event()) for name in ("slow", "other"))
    assert slow.take()
    assert not other.take()
    slow._hold(-1.0)
    assert other.take()
    slow._held -= EVERY

    assert not slow.go_on()
    assert other.go_on()

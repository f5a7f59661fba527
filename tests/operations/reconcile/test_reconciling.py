"""By itself: one process of the fleet, now and then, and nobody else waits for it."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from app.domain.errors import ConfigError
from app.domain.source import ReconcileOptions
from app.jtel.access import JtelAccess
from app.ledger.duties import Duties
from app.ledger.reconcile_runs import ReconcileRuns
from app.metrics import Meter
from app.operations.reconcile.begin import Reconcile
from app.operations.reconcile.reconciling import Reconciling, _Turn
from app.rules_in_force.in_force import InForce, Loaded
from tests.operations.reconcile.conftest import Pair
from tests.operations.reconcile.records import GROUP, event
from tests.support.jtel import events_stream, failure

EVERY = 3600.0


def process(pair: Pair, access: Callable[[str], JtelAccess | None] | None = None) -> Reconciling:
    """One of the fleet, whose source is reconciled every hour."""
    config = pair.desk.config
    source = replace(pair.source, reconcile=ReconcileOptions(frozenset({GROUP}), EVERY))
    in_force = InForce(Loaded(replace(config, sources={"default": source}), "config"))
    return Reconciling(Reconcile(pair.desk.ledger, in_force, 730.0), access or (lambda _: pair.jtel.access), Meter())


def look(one: Reconciling, stop: threading.Event | None = None) -> None:
    for source, options in one._sources():
        one._look(source, options, stop or threading.Event())


def test_one_of_the_fleet(pair: Pair) -> None:
    """Whoever looks first reconciles; the others, and itself, do not before the time is over."""
    pair.show([event()])
    first, second = process(pair), process(pair)

    for one in (first, second, first, second):
        look(one)

    (run,) = ReconcileRuns(pair.desk.ledger.database).all()
    assert 1 == pair.jtel.count("GET /acd/events")
    assert (None, run.ran_at) == (run.reason, run.succeeded_at)


@pytest.mark.parametrize("kind", ["jtel", "settings", "no settings", "bug"])
def test_trouble_ends_nothing(pair: Pair, kind: str) -> None:
    """Whatever is wrong, the thread goes on; what jtel has done is noted, and the earlier success stays."""

    def access(_: str) -> JtelAccess | None:
        if kind == "settings":
            raise ConfigError(["JTEL_TOKEN_FILE: the file is gone"])
        if kind == "bug":
            raise RuntimeError
        return None if kind == "no settings" else pair.jtel.access

    runs = ReconcileRuns(pair.desk.ledger.database)
    runs.note("default", None)
    (before,) = runs.all()
    pair.show(failure(500, "Internal"))

    look(process(pair, access))

    (run,) = runs.all()
    assert before.succeeded_at == run.succeeded_at
    assert ("jtel_failed" if kind == "jtel" else None) == run.reason


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
    slow, other = (_Turn(duties, "default", EVERY, threading.Event()) for _ in range(2))
    assert slow.take()
    assert not other.take()
    slow._hold(-1.0)
    assert other.take()
    slow._held -= EVERY

    assert not slow.go_on()
    assert other.go_on()

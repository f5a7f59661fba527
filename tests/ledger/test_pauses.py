"""Pauses are shared by all processes, and one of them probes."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from app.domain.entry import State
from app.ledger.database import Database
from app.ledger.heartbeats import Heartbeats
from app.ledger.ledger import Ledger
from app.ledger.pauses import ORG, Pauses, rule_scope
from app.ledger.queue import Queue
from tests.ledger.conftest import receive
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE


def test_begins_once(database: Database) -> None:
    """The first trouble is the pause's reason; it stays until the pause ends."""
    pauses = Pauses(database)
    begun = [pauses.begin(ORG, reason, 5) for reason in ("crm_timeout", "api_limit")]

    assert [True, False] == begun
    assert "crm_timeout" == pauses.all()[ORG].reason


def test_one_probes(database: Database) -> None:
    """Of many engines one gets the probe, and the next is due after its time."""
    pauses = Pauses(database)
    pauses.begin(ORG, "crm_timeout", -1)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: pauses.take_probe(ORG, 60), range(8)))

    assert 1 == sum(taken)
    assert 1 == pauses.all()[ORG].probes


def test_rules_are_probed_now(database: Database) -> None:
    """The probes of rules can be made due at once; the org's keeps its time."""
    pauses = Pauses(database)
    for scope in (ORG, rule_scope("b2b")):
        pauses.begin(scope, "field_unknown", 3600)
    pauses.probe_rules_now()

    assert [False, True] == [pauses.take_probe(scope, 3600) for scope in (ORG, rule_scope("b2b"))]


def test_end_makes_due_what_waited_for_it(database: Database, ledger: Ledger) -> None:
    """When a rule's pause ends its entries are due at once, those of another rule are not."""
    pauses = Pauses(database)
    pauses.begin(rule_scope("b2b"), "field_unknown", 60)
    for event_id, rule in (("1", "b2b"), ("2", "other")):
        entry = receive(ledger, event_id, rule=rule)
        ledger.change(entry.id, lambda _, now: {"state": State.WAITING, "due_at": now + 3600, "lease_until": None})

    assert (True, False) == (pauses.end(rule_scope("b2b")), pauses.end(rule_scope("b2b")))
    assert ["1"] == [entry.event_id for entry in Queue(ledger).claim("a", 60, 10)]
    assert {} == pauses.all()


@pytest.mark.parametrize("waiting", [3, 4, 9])
def test_end_for_more_than_a_round_takes(
    database: Database, ledger: Ledger, waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many become due by several transactions, so that no request waits for long; all do, and the pause is over."""
    monkeypatch.setattr("app.ledger.pauses.BATCH", 4)
    pauses = Pauses(database)
    pauses.begin(ORG, "crm_unavailable", 60)
    for number in range(waiting):
        entry = receive(ledger, str(number))
        ledger.change(entry.id, lambda _, now: {"state": State.WAITING, "due_at": now + 3600, "lease_until": None})

    assert pauses.end(ORG)
    assert waiting == len(Queue(ledger).claim("a", 60, 10))
    assert {} == pauses.all()


def test_end_locks_in_the_order_of_rounds(database: Database, ledger: Ledger) -> None:
    """Who waits for a row holds none with a higher id, whichever was received first: two never wait for each other."""
    if database.sqlite:
        pytest.skip("it locks no rows")
    pauses = Pauses(database)
    pauses.begin(ORG, "crm_unavailable", 60)
    entries = [receive(ledger, str(number)) for number in range(2)]
    for entry in entries:
        ledger.change(entry.id, lambda _, now: {"state": State.WAITING, "due_at": now + 3600, "lease_until": None})
    lower, higher = (entry.id for entry in entries)
    with psycopg.connect(database.url.replace("+psycopg", "")) as others, ThreadPoolExecutor(1) as pool:
        others.execute("UPDATE entry SET received_at = received_at - 60 WHERE id = %s", [higher])
        others.commit()
        others.execute("SELECT 1 FROM entry WHERE id = %s FOR UPDATE", [lower])
        ending = pool.submit(pauses.end, ORG)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        with psycopg.connect(others.info.dsn, autocommit=True) as watching:
            assert wait_until(lambda: watching.execute(waiting).fetchone() != (0,), PATIENCE)
        others.execute("SELECT 1 FROM entry WHERE id = %s FOR UPDATE NOWAIT", [higher])
        others.rollback()
        # A busy machine may have let it wait for too long.
        ending.exception(PATIENCE)


def test_heartbeats(database: Database) -> None:
    """An engine is alive from its first beat until it ends."""
    hearts = Heartbeats(database)
    before = hearts.alive()
    hearts.beat("one")
    hearts.beat("one")
    during = hearts.alive()
    hearts.stop("one")

    assert (False, True, False) == (before, during, hearts.alive())

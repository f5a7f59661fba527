"""What the ledger does with many entries in one statement is what their life says of each."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert

from app.delivery.entry.changes import RECEIVED, resume
from app.delivery.entry.claims import claim_by_engine, renew
from app.domain.entry import Decide, Entry, State
from app.ledger.ledger import Ledger
from app.ledger.pauses import ORG, Pauses
from app.ledger.queue import Queue
from app.ledger.tables import entry as rows
from tests.ledger.conftest import new, receive

SECONDS = 60.0
HOUR = 3600.0
# Lease and when it ends, from now: none, one that runs, one that ran out.
LEASES = [(None, None), ("mine", HOUR), ("mine", -HOUR), ("another", HOUR)]
DUE = [None, -HOUR, HOUR]
REASONS = [None, "crm_timeout", "case_not_visible"]


def every_entry(now: float) -> list[dict[str, Any]]:
    """A row for each combination of what the statements ask for."""
    every = product(State, LEASES, DUE, (False, True), (False, True), REASONS)
    return [
        {
            **new(str(number)),
            "state": state.value,
            "lease": lease,
            "lease_until": None if until is None else now + until,
            "due_at": None if due is None else now + due,
            "promised": promised,
            "unknown": unknown,
            "reason": reason,
            "received_at": now,
            "attempts": 0,
        }
        for number, (state, (lease, until), due, promised, unknown, reason) in enumerate(every)
    ]


def known(ledger: Ledger) -> dict[int, Entry]:
    return {one.id: one for one in ledger.select()}


@pytest.fixture
def before(ledger: Ledger) -> dict[int, Entry]:
    entries = every_entry(ledger.now())
    ledger.database.write(lambda connection: connection.execute(insert(rows), entries))
    return known(ledger)


@pytest.mark.parametrize("whenever", [False, True], ids=["due", "probe"])
def test_claim(ledger: Ledger, before: dict[int, Entry], whenever: bool) -> None:
    """An engine's claim takes the very entries, and makes of them the very ones, that `claim_by_engine` says."""
    now = ledger.now()
    claimed = {one.id: one for one in Queue(ledger).claim("ours", SECONDS, len(before) + 1, whenever=whenever)}
    after = known(ledger)
    decide = claim_by_engine("ours", SECONDS, whenever=whenever)

    assert {one.id for one in before.values() if decide(one, now)} == claimed.keys()
    assert claimed == {one.id: one for one in after.values() if one.lease == "ours"}
    for one in before.values():
        change = decide(one, now) or {}
        until = {"lease_until": after[one.id].lease_until} if change else {}
        assert replace(one, **{**change, **until}) == after[one.id]
        assert not change or change["lease_until"] <= (after[one.id].lease_until or 0) <= ledger.now() + SECONDS


def test_every_kind_is_claimed_and_left(ledger: Ledger, before: dict[int, Entry]) -> None:
    """There are enough entries of both kinds for the comparison to mean something."""
    normal, probe = (claim_by_engine("ours", SECONDS, whenever=whenever) for whenever in (False, True))
    now = ledger.now()
    claimed = [sum(bool(decide(one, now)) for one in before.values()) for decide in (normal, probe)]

    assert 0 < claimed[0] < claimed[1] < len(before)


@pytest.mark.parametrize(
    ("deed", "decide", "time", "later"),
    [
        (lambda ledger: Queue(ledger).renew("mine", SECONDS), renew("mine", SECONDS), "lease_until", SECONDS),
        (lambda ledger: _pause_and_resume(ledger), resume, "due_at", 0.0),
    ],
    ids=["renew", "resume"],
)
def test_times(
    ledger: Ledger,
    before: dict[int, Entry],
    deed: Callable[[Ledger], object],
    decide: Decide,
    time: str,
    later: float,
) -> None:
    """A lease is renewed, and what waited for a pause is due, where their life says so, and nothing else changes."""
    now = ledger.now()
    deed(ledger)
    after = known(ledger)

    assert {one.id for one in before.values() if decide(one, now)} == {
        one.id for one in after.values() if one != before[one.id]
    }
    for one in before.values():
        then = getattr(after[one.id], time)
        assert replace(one, **{time: then}) == after[one.id]
        assert not decide(one, now) or now + later <= then <= ledger.now() + later


def _pause_and_resume(ledger: Ledger) -> None:
    pauses = Pauses(ledger.database)
    assert pauses.begin(ORG, "crm_unavailable", SECONDS)
    assert pauses.end(ORG)


def test_stored_and_leased_at_once(ledger: Ledger) -> None:
    """What has just come is stored as its life says, and leased by the database's clock."""
    now = ledger.now()
    stored = receive(ledger, "1", "mine", SECONDS)

    assert RECEIVED == {name: getattr(stored, name) for name in RECEIVED}
    assert "mine" == stored.lease
    assert stored.lease_until is not None
    assert now + SECONDS <= stored.lease_until <= ledger.now() + SECONDS

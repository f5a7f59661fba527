"""Between looking at an entry and taking it, somebody else may have it."""

from collections.abc import Callable
from typing import Any

import pytest

from app.crm.port import Found, Promise
from app.delivery.attempt import Attempts
from app.delivery.courier.courier import Courier
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.pausing import Troubles
from app.domain.entry import Entry, State
from app.ledger.ledger import Ledger
from app.ledger.pauses import Pauses
from app.operations.claim import claim
from app.operations.discard import Discard, Discarding
from app.operations.fates import BarredError, ReplayFate
from app.waiting import Deadline
from tests.support.desk import FREE, NUMBER, Desk


class Interrupted(Ledger):
    """A ledger in which something happens right after an entry was looked at."""

    def __init__(self, ledger: Ledger, then: Callable[[], object]) -> None:
        super().__init__(ledger.database, ledger.codec)
        self._then = then

    def get(self, entry_id: int) -> Entry | None:
        found = super().get(entry_id)
        self._then()
        return found


class Nowhere:
    """A CRM that has nothing; something happens while it looks."""

    promise = Promise.UNIQUE

    def __init__(self, then: Callable[[], object]) -> None:
        self._then = then

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        self._then()
        return None


def fate_of_claim(desk: Desk, entry: Entry, then: Callable[[], object]) -> ReplayFate:
    ledger = Interrupted(desk.ledger, then)
    with pytest.raises(BarredError) as bar:
        claim(ledger, desk.config, entry.id, "ours", named=False)
    return bar.value.fate


def test_claimed_by_another_meanwhile(desk: Desk) -> None:
    """An engine was faster: it keeps the entry."""
    entry = desk.add()

    assert ReplayFate.LEASED is fate_of_claim(desk, entry, lambda: desk.lease(entry, 60))
    assert "another" == desk.now(entry).lease


@pytest.mark.parametrize(
    ("state", "fate"), [(State.DELIVERED, ReplayFate.ALREADY_DELIVERED), (State.DISCARDED, ReplayFate.DISCARDED)]
)
def test_done_meanwhile(desk: Desk, state: State, fate: ReplayFate) -> None:
    """It was delivered or discarded meanwhile: it stays so."""
    entry = desk.add()

    assert fate is fate_of_claim(desk, entry, lambda: desk.change(entry, {"state": state}))
    assert state is desk.state(entry)


def test_same_event_came_in_meanwhile(desk: Desk) -> None:
    """jtel sends what was invalid again while it is read anew: the index lets one of them have the event."""
    fields = {"AcdEventsID": 4711, "Caller": NUMBER}
    entry = desk.add_not_understood(fields)

    def repeat() -> None:
        if not desk.ledger.of_event("default", "4711"):
            desk.add(fields=fields)

    assert ReplayFate.REPEAT is fate_of_claim(desk, entry, repeat)
    assert State.INVALID is desk.state(entry)


def discard(desk: Desk, entry: Entry, then: Callable[[], object]) -> Discarding:
    pauses = Pauses(desk.ledger.database)
    crm: Any = Nowhere(then)
    courier = Courier(crm, KnownDrops(), 1)
    attempts = Attempts(crm, courier, desk.ledger, Troubles(pauses), "config", "discard")
    return Discard(desk.config, attempts).run(entry)


def test_not_discarded_while_claimed(desk: Desk) -> None:
    """An engine took it while Salesforce was asked."""
    entry = desk.add(unknown=True)

    assert Discarding.LEASED is discard(desk, entry, lambda: desk.lease(entry, 60))
    assert State.RECEIVED is desk.state(entry)


def test_not_discarded_after_another_attempt(desk: Desk) -> None:
    """It was attempted while Salesforce was asked: the answer is old, and it may have its Case by now."""
    entry = desk.add(unknown=True)

    assert Discarding.LEASED is discard(desk, entry, lambda: desk.change(entry, {**FREE, "attempts": 1}))
    assert State.WAITING is desk.state(entry)


def test_not_discarded_after_another_claim(desk: Desk) -> None:
    """An engine took it while Salesforce was asked, and died: it may have made the Case since."""
    entry = desk.lease(desk.add(), -1)

    assert Discarding.LEASED is discard(desk, entry, lambda: desk.change(entry, {"lease": "an engine"}))
    assert State.RECEIVED is desk.state(entry)


def test_not_discarded_when_delivered_meanwhile(desk: Desk) -> None:
    """It was delivered while Salesforce was asked."""
    entry = desk.add(unknown=True)

    assert Discarding.DELIVERED is discard(desk, entry, lambda: desk.change(entry, {"state": State.DELIVERED}))
    assert State.DELIVERED is desk.state(entry)

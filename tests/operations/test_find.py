"""Entries are found by what they have in common, on both databases."""

import pytest

from app.domain.entry import State
from app.domain.record import Dropped
from app.ledger.repairs import RepairDeed
from app.operations.fates import ReplayFate
from app.operations.find import OPEN, Choice, entries_of
from app.operations.paging import ids_of
from app.operations.plan import plan
from tests.support.desk import NUMBER, Desk


def test_choice(desk: Desk) -> None:
    """Every condition leaves out what does not meet it; together they leave out more."""
    old = desk.add(State.FAILED, reason="crm_timeout", age=7200)
    young = desk.add(State.WAITING, reason="crm_timeout", source="berlin-2")
    done = desk.add(State.DELIVERED, {"Caller": "4930901821"}, age=60)
    now = desk.ledger.now()
    number = desk.ledger.codec.number(f"+{NUMBER}") or ""
    expected = {
        Choice(): [old, done, young],
        Choice(states=OPEN): [old, young],
        Choice(sources=("berlin-2",)): [young],
        Choice(reasons=("crm_timeout",)): [old, young],
        Choice(since=now - 3600): [done, young],
        Choice(before=now - 3600): [old],
        Choice(numbers=(number,)): [old, young],
        Choice(numbers=(number,), states=(State.FAILED,), reasons=("crm_timeout",), before=now): [old],
        Choice(numbers=(number,), states=(State.REFUSED,)): [],
    }

    for choice, entries in expected.items():
        assert [one.id for one in entries] == ids_of(desk.ledger, choice), choice


def test_limit_keeps_the_oldest(desk: Desk) -> None:
    """A limit keeps the oldest."""
    entries = [desk.add(age=age) for age in (10, 30, 20)]

    assert [entries[1].id, entries[2].id] == ids_of(desk.ledger, Choice(), 2)


def test_entries_in_the_order_of_ids(desk: Desk) -> None:
    """Entries come in the order that was asked for; what is gone is left out."""
    first, second = desk.add(), desk.add()

    assert [second.id, first.id] == [one.id for one in entries_of(desk.ledger, [second.id, 10**9, first.id])]


@pytest.mark.parametrize("named", [False, True])
def test_plan(desk: Desk, named: bool) -> None:
    """The plan counts what would be attempted by state and reason, and what would be skipped by why."""
    twice = [desk.add(State.FAILED, reason="crm_timeout") for _ in range(2)]
    died = desk.lease(desk.add(), -60)
    skipped = [desk.add(State.DELIVERED), desk.lease(desk.add(), 60)]
    discarded = desk.add(State.DISCARDED)
    ids = [one.id for one in (*twice, died, *skipped, discarded)]

    made = plan(desk.ledger, ids, RepairDeed.REPLAY, named=named)

    attempted = {(State.FAILED, "crm_timeout"): 2, (State.RECEIVED, None): 1}
    barred = {ReplayFate.ALREADY_DELIVERED: 1, ReplayFate.LEASED: 1}
    assert attempted | ({(State.DISCARDED, None): 1} if named else {}) == made.chosen
    assert barred | ({} if named else {ReplayFate.DISCARDED: 1}) == made.skipped
    assert [*(one.id for one in (*twice, died)), *([discarded.id] if named else [])] == made.ids


def test_rules_and_fields(desk: Desk) -> None:
    """A rule's callbacks are found, and the Cases that lack this field for this reason."""
    owner, reason = (Dropped("OwnerId", "queue_not_found"), Dropped("Reason", "value_invalid"))
    lacks = desk.add(State.DELIVERED, rule="vip", dropped=(owner, reason))
    other = desk.add(State.DELIVERED, dropped=(Dropped("Reason", "queue_not_found"),))
    expected = {
        Choice(rules=("vip",)): [lacks],
        Choice(dropped=True): [lacks, other],
        Choice(dropped=True, fields=("OwnerId",)): [lacks],
        Choice(dropped=True, fields=("Owner",)): [],
        Choice(dropped=True, reasons=("queue_not_found",)): [lacks, other],
        Choice(dropped=True, fields=("OwnerId",), reasons=("queue_not_found",)): [lacks],
        Choice(dropped=True, fields=("OwnerId",), reasons=("value_invalid",)): [],
    }

    for choice, entries in expected.items():
        assert [one.id for one in entries] == ids_of(desk.ledger, choice), choice

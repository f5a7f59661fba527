"""Which rules' Cases lack fields just now, on both databases."""

from typing import Any

import pytest
from sqlalchemy import text

from app.domain.entry import Entry, State
from app.domain.record import Dropped
from app.operations.dropped import CALM_SECONDS, LATEST, lacking
from app.operations.find import Choice
from app.operations.paging import ids_of
from tests.support.desk import Desk

RULE = "everyone-else"
NO_QUEUE = Dropped("OwnerId", "queue_not_found", "There is no such queue.")


def case(desk: Desk, *dropped: Dropped, ago: float = 0.0, **changes: Any) -> Entry:
    """A Case of the rule that was made so many seconds ago without these fields."""
    entry = desk.add(State.DELIVERED, dropped=dropped, **changes)
    return desk.change(entry, {"delivered_at": entry.received_at - ago})


def lacks(desk: Desk, *rules: str) -> list[tuple[str, tuple[str, ...], str, int, int]]:
    return [
        (one.rule, one.drop.fields, one.drop.reason, one.cases, one.looked_at)
        for one in lacking(desk.ledger.database, rules or (RULE,))
    ]


def test_what_the_latest_case_lacks(desk: Desk) -> None:
    """However long ago it was, what the latest Case lacks is told: in how many Cases, why, and what was said."""
    case(desk, NO_QUEUE, ago=20 * CALM_SECONDS)
    case(desk, ago=15 * CALM_SECONDS)
    case(desk, NO_QUEUE, ago=10 * CALM_SECONDS)

    (lack,) = lacking(desk.ledger.database, [RULE, "b2b"])

    assert [(RULE, ("OwnerId",), "queue_not_found", 2, 3)] == lacks(desk)
    assert ("integrator", "There is no such queue.") == (lack.drop.who, lack.drop.message)


@pytest.mark.parametrize("reason", ["field_unknown", "field_not_writable"])
def test_case_that_has_all_shows_the_end(desk: Desk, reason: str) -> None:
    """That a field is missing or not writable every Case of the rule would meet: it is over with one that does not."""
    case(desk, Dropped("Floor__c", reason, "No."), ago=10)
    assert 1 == len(lacks(desk))
    case(desk)

    assert [] == lacks(desk)


@pytest.mark.parametrize(
    "reason",
    [
        "value_too_long",
        "queue_not_found",
        "record_type_not_found",
        "owner_inactive",
        "permission_missing",
        "unheard_of",
    ],
)
def test_what_depends_on_the_callback_is_over_when_it_is_calm(desk: Desk, reason: str) -> None:
    """What comes and goes is one trouble, however many whole Cases came since; it is over after a while without."""
    of_value = Dropped("OwnerId", reason, "No.")
    case(desk, of_value, ago=CALM_SECONDS + 60)
    case(desk, of_value, ago=CALM_SECONDS - 60)
    for _ in range(LATEST - 1):
        case(desk)

    assert [(RULE, ("OwnerId",), reason, 1, LATEST)] == lacks(desk)
    case(desk)
    assert [(RULE, ("OwnerId",), reason, 0, LATEST)] == lacks(desk)
    assert [] == lacking(desk.ledger.database, [RULE], CALM_SECONDS - 120)


def test_comments_and_other_rules_show_nothing(desk: Desk) -> None:
    """A callback that became a comment says nothing of the fields of a Case, nor does another rule's."""
    first = case(desk, NO_QUEUE, ago=10)
    case(desk, merged_into=first.id)
    case(desk, turn=2)
    case(desk, fields={"AcdGroupsForeignSystemID": "SERVICE_B2B"})
    desk.add(State.REFUSED, dropped=(NO_QUEUE,))

    assert [(RULE, ("OwnerId",), "queue_not_found", 1, 1)] == lacks(desk)
    assert [] == lacks(desk, "b2b")
    assert [] == lacks(desk, "a-rule-that-is-gone")


def test_fields_of_one_reason_stand_together(desk: Desk) -> None:
    """A rescue Case lacks many fields for one reason: that is one trouble."""
    said = [Dropped(name, "validation_rule", "No.") for name in ("OwnerId", "Origin", "SuppliedPhone")]
    for _ in range(LATEST + 5):
        case(desk, *said)

    assert [(RULE, ("OwnerId", "Origin", "SuppliedPhone"), "validation_rule", LATEST, LATEST)] == lacks(desk)


def test_is_found_by_indexes(desk: Desk) -> None:
    """Neither the list nor the look at each rule reads all entries."""
    case(desk, NO_QUEUE)
    if not desk.ledger.database.sqlite:
        return
    plans = {
        "entry_with_dropped": "SELECT id FROM entry WHERE dropped IS NOT NULL ORDER BY received_at, id LIMIT 51",
        "entry_by_rule": "SELECT id FROM entry WHERE rule = 'x' AND delivered_at IS NOT NULL AND turn = 1 "
        "AND merged_into IS NULL ORDER BY delivered_at DESC LIMIT 20",
    }
    with desk.ledger.database.read() as connection:
        for index, statement in plans.items():
            plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all())
            assert index in plan
            assert "TEMP B-TREE FOR ORDER BY" not in plan
    assert 1 == len(ids_of(desk.ledger, Choice(dropped=True)))

"""What belongs to a callback is found by indices, and is not the callback itself, on both databases."""

from app.domain.entry import State
from app.operations.related import MOST, related
from tests.support.desk import NUMBER, Desk


def test_others_of_event_and_caller(desk: Desk) -> None:
    """Versions of the event, and callbacks of the same number, the latest first; nobody else's."""
    first = desk.add(State.DELIVERED, {"AcdEventsID": 4711})
    version = desk.add(
        State.DELIVERED, {"AcdEventsID": 4711, "Caller": "4930901821", "dtCallStart": "2026-11-20 10:00"}
    )
    again = desk.add(State.WAITING)
    desk.add(State.WAITING, {"Caller": "4930901829"})
    desk.add(State.WAITING, {"AcdEventsID": 4711, "Caller": "4930901829"}, source="berlin-2")

    found = related(desk.ledger, first)

    assert ([version.id], [again.id], False) == (
        [one.id for one in found.of_event],
        [one.id for one in found.of_caller],
        found.more,
    )
    assert ([], []) == (list(found.wishes), list(found.calls))


def test_many_of_a_caller(desk: Desk) -> None:
    """Only the latest are shown, and that there are more."""
    entries = [desk.add(State.DELIVERED) for _ in range(MOST + 2)]

    found = related(desk.ledger, entries[-1])

    assert [one.id for one in reversed(entries[1:-1])] == [one.id for one in found.of_caller]
    assert found.more


def test_without_a_number_or_an_event(desk: Desk) -> None:
    """Who has no number has no others, and what was not understood has no event."""
    desk.add(State.DELIVERED, {"Caller": NUMBER})
    desk.add_invalid(b"{}")
    invalid = desk.add_invalid(b"{}")
    hidden = desk.add(State.DELIVERED, {"Caller": "", "SalesforceId": "003000000000001AAA"})

    for one in (invalid, hidden):
        found = related(desk.ledger, one)
        assert ([], []) == (list(found.of_event), list(found.of_caller))

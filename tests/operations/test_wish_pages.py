"""Wishes page by page, on both databases."""

from app.domain.callback_wish import WishState
from app.ledger.wishes import Wishes
from app.operations.wish_pages import find_wishes
from tests.operations.way_back.test_keeping import add
from tests.support.desk import Desk


def test_pages(desk: Desk) -> None:
    """Each wish stands on one page, the latest first; a state and what waits for a person leave out the others."""
    store = Wishes(desk.ledger.database, desk.ledger.codec)
    states = [WishState.REQUESTED, WishState.UNKNOWN, WishState.REFUSED] * 2
    ids = [add(store, state).id for state in states][::-1]

    page = find_wishes(store, 4)
    assert (ids[:4], ids[3]) == ([one.id for one in page.wishes], page.following)
    last = find_wishes(store, 4, before=page.following)
    assert (ids[4:], None) == ([one.id for one in last.wishes], last.following)
    refused = find_wishes(store, 4, [WishState.REFUSED])
    assert [WishState.REFUSED] * 2 == [one.state for one in refused.wishes]
    undecided = find_wishes(store, 4, undecided=True)
    assert [WishState.UNKNOWN] * 2 == [one.state for one in undecided.wishes]

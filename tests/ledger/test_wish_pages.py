"""Wishes page by page, on both databases."""

from app.domain.callback_wish import WishState
from app.ledger.wishes import Wishes
from tests.operations.way_back.test_keeping import add
from tests.support.desk import Desk


def test_pages(desk: Desk) -> None:
    """Each wish stands on one page, the latest first; a state and what waits for a person leave out the others."""
    store = Wishes(desk.ledger.database, desk.ledger.codec)
    states = [WishState.REQUESTED, WishState.UNKNOWN, WishState.REFUSED] * 2
    ids = [add(store, state).id for state in states][::-1]

    assert ids[:4] == [one.id for one in store.latest(limit=4)]
    assert ids[4:] == [one.id for one in store.latest(before=ids[3], limit=4)]
    assert [WishState.REFUSED] * 2 == [one.state for one in store.latest([WishState.REFUSED])]
    assert [WishState.UNKNOWN] * 2 == [one.state for one in store.latest(undecided=True)]

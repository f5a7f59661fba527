"""A choice of callbacks page by page, in the order of time, however many there are."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from app.ledger.database import once_more
from app.ledger.ledger import Ledger
from app.operations.find import PAGE, Choice
from app.operations.ways import BoundedLook, ListPlace

MOST_COUNTED = 1_000


@dataclass(frozen=True)
class PageTurn:
    """Which page: the first one, the one behind `past`, or with `back` the one in front of it."""

    past: ListPlace | None = None
    back: bool = False
    oldest_first: bool = False


FIRST = PageTurn()
OLDEST_FIRST = PageTurn(oldest_first=True)


@dataclass(frozen=True)
class Page:
    """The ids of a page's callbacks, and the turns to the pages beside it.

    `looked_to` is when the last callback came that was looked at, where the look ended before the page was full: the
    next page goes on from there.
    """

    ids: Sequence[int]
    following: PageTurn | None = None
    preceding: PageTurn | None = None
    looked_to: float | None = None


@dataclass(frozen=True)
class Counted:
    """`more` says that there may be more than `count`."""

    count: int
    more: bool


def find_page(ledger: Ledger, choice: Choice, size: int, turn: PageTurn = FIRST) -> Page:
    """The page; in front of the first one there is nothing, so then the first one comes. Raises `LedgerError`."""
    page = _page(ledger, choice, size, turn)
    if turn.back and not page.preceding:
        return _page(ledger, choice, size, replace(turn, past=None, back=False))
    return page


def count_up_to(ledger: Ledger, choice: Choice, most: int = MOST_COUNTED) -> Counted:
    """How many there are, if they are not too many to count while somebody waits. Raises `LedgerError`."""
    page = find_page(ledger, choice, most)
    return Counted(len(page.ids), more=page.following is not None)


def pages_of(ledger: Ledger, choice: Choice, most: int, turn: PageTurn | None = FIRST) -> Iterator[Sequence[int]]:
    """The ids of at most so many callbacks, a page at a time. Raises `LedgerError`."""
    while turn and most > 0:
        page = find_page(ledger, choice, min(most, PAGE), turn)
        yield page.ids
        most -= len(page.ids)
        turn = page.following


def ids_of(ledger: Ledger, choice: Choice, most: int | None = None, turn: PageTurn = OLDEST_FIRST) -> list[int]:
    """The ids of at most so many of the choice, or of all. Raises `LedgerError`."""
    pages = pages_of(ledger, choice, sys.maxsize if most is None else most, turn)
    return list(chain.from_iterable(pages))


@once_more
def _page(ledger: Ledger, choice: Choice, size: int, turn: PageTurn) -> Page:
    with ledger.database.read() as connection:
        # One more than the page has, so that it is known whether there are more.
        look = BoundedLook(connection, size + 1, turn.past, ascending=turn.oldest_first != turn.back)
        places, end = look.along(choice)
    last = places[size - 1] if len(places) > size else end
    onward = replace(turn, past=last) if last else None
    first = places[0] if places else turn.past
    behind = replace(turn, past=first, back=not turn.back) if turn.past or turn.back else None
    ids = [one.id for one in places[:size]]
    looked_to = end.at if end and len(places) < size else None
    return Page(ids[::-1], behind, onward, looked_to) if turn.back else Page(ids, onward, behind, looked_to)

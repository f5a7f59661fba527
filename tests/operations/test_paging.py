"""Pages of callbacks: each callback stands on one of them, whatever is chosen; on both databases."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, product
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.entry import State
from app.domain.record import Dropped
from app.ledger.tables import entry as rows
from app.operations import ways
from app.operations.find import Choice
from app.operations.paging import Page, PageTurn, count_up_to, find_page, pages_of
from tests.support.desk import NUMBER, Desk

OTHER = "4989123456"
OWNER = (Dropped("OwnerId", "queue_not_found", "There is no such queue."), Dropped("Reason", "value_invalid"))
AXES: Mapping[str, list[Any]] = {
    "states": [(), (State.DELIVERED,), (State.FAILED,), (State.WAITING, State.DELIVERED)],
    "sources": [(), ("berlin-2",)],
    "reasons": [(), ("crm_timeout",), ("queue_not_found",)],
    "rules": [(), ("no-such-rule",)],
    "dropped": [False, True],
    "fields": [(), ("OwnerId",)],
    "reconciled": [False, True],
    "with_payload": [False, True],
}
CHOICES = [Choice(**dict(zip(AXES, values, strict=True))) for values in product(*AXES.values())]


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Callbacks of many kinds, of which some came at the same moment."""
    now = desk.ledger.now()
    kinds: list[tuple[State, dict[str, Any]]] = [
        (State.DELIVERED, {}),
        (State.DELIVERED, {"dropped": OWNER}),
        (State.FAILED, {"reason": "crm_timeout"}),
        (State.WAITING, {"reason": "crm_timeout", "source": "berlin-2"}),
        (State.DELIVERED, {"reconciled": True, "source": "berlin-2"}),
        (State.FAILED, {"reason": "queue_not_found", "reconciled": True}),
        (State.DELIVERED, {"dropped": OWNER[1:], "source": "berlin-2"}),
    ]
    for number in range(21):
        state, values = kinds[number % len(kinds)]
        fields = {"Caller": OTHER} if number % 4 == 0 else {}
        desk.add(state, fields, received_at=now - 10 * (number // 3), **values)
    return desk


def ids(desk: Desk, choice: Choice, *, oldest_first: bool = False) -> list[int]:
    """All that are chosen, by a question that has no pages."""
    wanted = select(rows.c.id).where(*choice.conditions()).order_by(rows.c.received_at, rows.c.id)
    with desk.ledger.database.read() as connection:
        found = list(connection.execute(wanted).scalars())
    return found if oldest_first else found[::-1]


def walk(desk: Desk, choice: Choice, size: int, turn: PageTurn) -> list[Page]:
    """The page of this turn, and all that follow."""
    pages = [find_page(desk.ledger, choice, size, turn)]
    while pages[-1].following:
        pages.append(find_page(desk.ledger, choice, size, pages[-1].following))
    return pages


def shown(pages: list[Page]) -> list[int]:
    return [one for page in pages for one in page.ids]


def test_each_stands_on_one_page(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are looked through at once: the pages hold what was chosen, in order, and none twice."""
    for looks, oldest_first in product((1, 4, 1000), (False, True)):
        monkeypatch.setattr(ways, "IN_INDEX", looks)
        monkeypatch.setattr(ways, "IN_ROWS", looks)
        for choice in CHOICES[looks % 10 :: 29]:
            pages = walk(filled, choice, 2, PageTurn(oldest_first=oldest_first))
            assert ids(filled, choice, oldest_first=oldest_first) == shown(pages), (looks, choice)


def test_back(filled: Desk) -> None:
    """Who goes back sees the pages that he has come from."""
    pages = walk(filled, Choice(), 4, PageTurn())
    turn: PageTurn | None = pages[-1].preceding
    back: list[Page] = []
    while turn:
        back.append(find_page(filled.ledger, Choice(), 4, turn))
        turn = back[-1].preceding

    assert [page.ids for page in pages[:-1]] == [page.ids for page in reversed(back)]


def test_back_through_what_is_not_chosen(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way back is not lost where a look ends before it has found anything."""
    monkeypatch.setattr(ways, "IN_INDEX", 2)
    choice = Choice(rules=("vip",))
    first, last = (filled.change(filled.ledger.select()[place], {"rule": "vip"}) for place in (0, -1))
    pages = walk(filled, choice, 5, PageTurn())
    turn: PageTurn | None = PageTurn(ways.ListPlace(0.0, 0), back=True)
    back: list[Page] = []
    while turn:
        back.append(find_page(filled.ledger, choice, 5, turn))
        turn = back[-1].preceding

    assert [first.id, last.id] == shown(pages)
    assert {first.id, last.id} == set(shown(back))


def test_in_front_of_the_first_page(filled: Desk) -> None:
    """What has come since stands on a whole page: the first one."""
    first = find_page(filled.ledger, Choice(), 4)
    assert first.following
    second = find_page(filled.ledger, Choice(), 4, first.following)
    new = filled.add()

    assert second.preceding
    page = find_page(filled.ledger, Choice(), 4, second.preceding)
    assert first.ids == page.ids
    assert page.preceding
    assert [new.id, *first.ids[:3]] == find_page(filled.ledger, Choice(), 4, page.preceding).ids


def test_says_how_far_it_looked(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that ends before the page is full says so; one that is not cut short does not."""
    whole = find_page(filled.ledger, Choice(rules=("vip",)), 5)
    monkeypatch.setattr(ways, "IN_INDEX", 3)
    cut = find_page(filled.ledger, Choice(rules=("vip",)), 5)

    assert (Page([]), None) == (whole, whole.looked_to)
    assert cut.looked_to in {one.received_at for one in filled.ledger.select()}
    assert cut.following


def test_number(filled: Desk) -> None:
    """A number's callbacks, and those of two numbers, are paged like all others."""
    hashes = [filled.ledger.codec.number(f"+{one}") or "" for one in (NUMBER, OTHER)]

    for numbers, states in product((hashes[:1], hashes[1:], hashes), [(), (State.DELIVERED,)]):
        choice = Choice(numbers=numbers, states=states)
        assert ids(filled, choice) == shown(walk(filled, choice, 2, PageTurn())), choice


def test_count_up_to(filled: Desk) -> None:
    """A few are counted; of many it is said that there are more."""
    for choice, count in ((Choice(), 21), (Choice(states=(State.FAILED,)), 6)):
        exact, many = count_up_to(filled.ledger, choice), count_up_to(filled.ledger, choice, 5)

        assert (count, False) == (exact.count, exact.more)
        assert (5, True) == (many.count, many.more)


def test_pages_of(filled: Desk) -> None:
    """All of them, or the newest where there are too many."""
    assert ids(filled, Choice()) == list(chain.from_iterable(pages_of(filled.ledger, Choice(), 1000)))
    assert ids(filled, Choice())[:5] == list(chain.from_iterable(pages_of(filled.ledger, Choice(), 5)))


def test_span(filled: Desk) -> None:
    """A span of time holds on each page."""
    now = filled.ledger.now()
    choice = Choice(since=now - 45, before=now - 15)

    for one in (choice, replace(choice, states=(State.DELIVERED,)), replace(choice, rules=("vip",))):
        assert ids(filled, one) == shown(walk(filled, one, 2, PageTurn()))

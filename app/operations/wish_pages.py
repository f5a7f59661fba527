"""The wishes of the way back page by page, the latest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.callback_wish import CallbackWish, WishState
from app.ledger.tables import wish
from app.ledger.wishes import Wishes, needing_person

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


@dataclass(frozen=True)
class WishPage:
    """`following` is the id behind which the next page begins, if there is one."""

    wishes: Sequence[CallbackWish]
    following: int | None = None


def find_wishes(
    store: Wishes, size: int, states: Collection[WishState] = (), before: int | None = None, *, undecided: bool = False
) -> WishPage:
    """Those in one of these states; `undecided`: only those that wait for a person. Raises `LedgerError`."""
    conditions: list[ColumnElement[bool]] = [wish.c.state.in_([state.value for state in states])] if states else []
    conditions += [wish.c.id < before] if before is not None else []
    conditions += [needing_person(store.database)] if undecided else []
    found = store.select(*conditions, order=wish.c.id.desc(), limit=size + 1)
    return WishPage(found[:size], found[size - 1].id if len(found) > size else None)

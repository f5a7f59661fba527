"""What is kept of wishes: as long as of callbacks, and not of who wants to be forgotten."""

import re
from collections.abc import Collection, Iterator

from app.domain.callback_wish import PENDING, CallbackWish, give_up
from app.ledger.batches import Removal
from app.ledger.tables import wish as rows
from app.ledger.wish_removal import remove_asked, wishes_before, wishes_since
from app.ledger.wishes import Wishes
from app.operations.forget import Forgetting


def old_wishes(oldest: float, payload: float, failed: float) -> Iterator[Removal]:
    """The times are as for entries: before them goes all, what was asked for, and that of what a person acts on."""
    yield Removal(rows, wishes_before(oldest))
    yield Removal(rows, wishes_since(oldest, payload, pending=False), remove_asked)
    yield Removal(rows, wishes_since(oldest, failed, pending=True), remove_asked)


def wishes_of_caller(
    wishes: Wishes, sources: Collection[str], numbers: Collection[str], spellings: Collection[re.Pattern[str]]
) -> list[CallbackWish]:
    """Those for one of these numbers (the codec's hashes), and those that hold one of the spellings."""
    of_sources = (rows.c.source.in_(sources),) if sources else ()
    known = {one.id for one in wishes.select(*of_sources, rows.c.number_index.in_(numbers))}
    stored = wishes.select(*of_sources, rows.c.purged_at.is_(None))
    return [one for one in stored if one.id in known or _mentions(one, spellings)]


def plan_forgetting(wish: CallbackWish, now: float, *, discard: bool) -> Forgetting:
    """What `forget_wish` would make of it. What a person has to look at is left, unless it is to be discarded."""
    if wish.is_asking(now):
        return Forgetting.LEASED
    return Forgetting.WISH_OPEN if wish.needs_person(now) and not discard else Forgetting.REMOVED


def forget_wish(wishes: Wishes, wish: CallbackWish, *, discard: bool) -> Forgetting:
    """Removes what was asked for. Raises `LedgerError`."""
    now = wishes.now()
    planned = plan_forgetting(wish, now, discard=discard)
    if planned is not Forgetting.REMOVED:
        return planned
    if wish.needs_person(now):
        wishes.change(wish.id, give_up)
    done = rows.c.id == wish.id, rows.c.state.not_in([state.value for state in PENDING])
    return Forgetting.REMOVED if remove_asked(wishes.database, done) else Forgetting.LEASED


def _mentions(wish: CallbackWish, spellings: Collection[re.Pattern[str]]) -> bool:
    text = wish.asked.decode("utf-8", "replace")
    return any(spelling.search(text) for spelling in spellings)

"""Finds the callbacks that hold a telephone number: those of this caller, and those that name it anywhere."""

import re
from collections.abc import Callable, Collection
from urllib.parse import unquote_plus

from app.domain.entry import Entry
from app.ledger.ledger import Ledger
from app.ledger.tables import entry as rows
from app.operations.find import PAGE, Choice, find_ids


def find_mentions(
    ledger: Ledger, choice: Choice, spellings: Collection[re.Pattern[str]], told: Callable[[int], object]
) -> list[int]:
    """The ids of the choice's entries, and of all of its sources' whose payload holds one of the spellings; in order.

    Every payload is read for it, and `told` hears how many each time. Raises `LedgerError`.
    """
    found = set(find_ids(ledger, choice))
    of_sources = list(Choice(sources=choice.sources).conditions())
    last = 0
    while spellings:
        page = ledger.select(*of_sources, rows.c.purged_at.is_(None), rows.c.id > last, limit=PAGE)
        if not page:
            break
        found.update(one.id for one in page if _mentions(one, spellings))
        last = page[-1].id
        told(len(page))
    return sorted(found)


def _mentions(entry: Entry, spellings: Collection[re.Pattern[str]]) -> bool:
    texts = [part.decode("utf-8", "replace") for part in (entry.body, entry.query) if part]
    # A form has its blanks and signs encoded.
    texts += [unquote_plus(text) for text in texts]
    return any(spelling.search(text) for text in texts for spelling in spellings)

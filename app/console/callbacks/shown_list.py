"""All that the page of the list shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.console.callbacks.filters import Filters
from app.console.callbacks.rows import CallbackRow, rows_of
from app.console.services import Console
from app.domain.entry import Entry
from app.operations.find import entries_of
from app.operations.named import Meaning
from app.operations.paging import Counted, Page, count_up_to, find_page
from app.operations.search import Sought

# So many stand on a page.
SIZE = 50


@dataclass(frozen=True)
class ShownList:
    """`counted` is how many there are; nothing where that would take too long to say.

    `sought` is what was searched for, if it was: then `rows` are what it means. If it means several things, these are
    `meanings` and the hashes of a telephone number, `numbers`; if it means nothing, there are neither of all.
    """

    filters: Filters
    rows: Sequence[CallbackRow]
    page: Page = field(default_factory=lambda: Page([]))
    counted: Counted | None = None
    sought: str | None = None
    meanings: Sequence[Meaning] = ()
    numbers: Sequence[str] = ()
    offered: Mapping[str, Sequence[str]] = field(default_factory=dict)


def list_of(console: Console, filters: Filters) -> ShownList:
    """The page of the callbacks that are chosen. Raises `LedgerError`."""
    ledger, config = console.ledger, console.in_force.loaded.config
    choice = filters.choice(ledger.now(), config.sources)
    page = find_page(ledger, choice, SIZE, filters.turn)
    rows = rows_of(console, entries_of(ledger, page.ids))
    whole = not (filters.turn.past or page.following)
    if whole:
        counted: Counted | None = Counted(len(rows), more=False)
    else:
        # Who looks through many to find a few does not know how many there are.
        counted = count_up_to(ledger, choice) if page.looked_to is None else None
    return ShownList(filters, rows, page, counted, offered=_offered(console))


def found_list(console: Console, sought: str, entries: Sequence[Entry]) -> ShownList:
    """The callbacks that a name means. Raises `LedgerError`."""
    counted = Counted(len(entries), more=False)
    return ShownList(Filters(), rows_of(console, entries), counted=counted, sought=sought, offered=_offered(console))


def with_meanings(console: Console, text: str, sought: Sought) -> ShownList:
    """What a text may mean, for somebody to choose."""
    offered = _offered(console)
    return ShownList(Filters(), [], sought=text, meanings=sought.meanings, numbers=sought.numbers, offered=offered)


def _offered(console: Console) -> dict[str, Sequence[str]]:
    config = console.in_force.loaded.config
    return {"source": list(config.sources), "rule": [rule.name for rule in config.rules]}

"""What somebody means who writes into one box: a callback by any of its names, or a caller's telephone number."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.domain.numbers import normalize, tells_caller
from app.domain.source import Source
from app.ledger.ledger import Ledger
from app.operations.find import Choice
from app.operations.forget_caller import SoughtCaller
from app.operations.named import Meaning, meanings_of
from app.operations.paging import find_page


@dataclass(frozen=True)
class Sought:
    """`meanings` are callbacks of this name, `numbers` the hashes of the number that lead to callbacks.

    `is_number` says that it may be a telephone number, found or not: then it is nothing to keep or to send.
    """

    meanings: Sequence[Meaning]
    numbers: Sequence[str]
    is_number: bool


def search(ledger: Ledger, sources: Collection[Source], text: str) -> Sought:
    """All that the text may mean. Raises `LedgerError`."""
    if not text.isprintable():
        return Sought([], [], is_number=False)
    read = {normalize(text, source.region) for source in sources}
    hashes = SoughtCaller.of(text, sources, ledger.codec).numbers
    numbers = [one for one in hashes if find_page(ledger, Choice(numbers=(one,)), 1).ids]
    return Sought(meanings_of(ledger, text), numbers, is_number=any(map(tells_caller, read)))

"""All that is stored of a caller, found by the number, and what is left of it when the caller wants to be forgotten."""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from app.domain.callback_wish import CallbackWish
from app.domain.entry import Entry
from app.domain.numbers import normalize, spellings
from app.domain.source import Source
from app.ledger.codec import Codec
from app.ledger.ledger import Ledger
from app.ledger.served_removal import calls_of
from app.ledger.wishes import Wishes
from app.operations.find import Choice, entries_of, mentions
from app.operations.forget import Forget, Forgetting
from app.operations.paging import ids_of
from app.operations.turns import in_turns
from app.operations.way_back.keeping import forget_wish, plan_forgetting, wishes_of_caller
from app.waiting import Deadline

# As phonenumbers calls it.
_NO_REGION = "ZZ"


@dataclass(frozen=True)
class SoughtCaller:
    """A caller as the sources may have written the number: by the codec's hashes, and as a text may spell it.

    Without `sources` those of all are meant.
    """

    numbers: Collection[str]
    spellings: Collection[re.Pattern[str]]
    sources: Collection[str] = ()

    @classmethod
    def of(
        cls, number: str, read_by: Collection[Source], codec: Codec, sources: Collection[str] = ()
    ) -> "SoughtCaller":
        """The caller with this number, whichever country a source in `read_by` takes it for."""
        regions = sorted({source.region for source in read_by}) or [_NO_REGION]
        read = {normalize(number, region) or number for region in regions}
        spelt = [one for region in regions if (one := spellings(number, region)) is not None]
        return cls(sorted(codec.number(one) or "" for one in read), spelt, sources)


@dataclass(frozen=True)
class StoredOfCaller:
    """`calls` is how many served calls there are. `searched` says that every payload was looked through."""

    entries: Sequence[Entry]
    wishes: Sequence[CallbackWish]
    calls: int
    searched: bool = True

    def __bool__(self) -> bool:
        return bool(self.entries or self.wishes or self.calls)


@dataclass(frozen=True)
class ForgetCaller:
    """`forget` removes what is stored of a callback; if it discards, it ends what waits before."""

    ledger: Ledger
    wishes: Wishes
    forget: Forget

    def find(
        self, caller: SoughtCaller, told: Callable[[int], object] = lambda _: None, seconds: float = math.inf
    ) -> StoredOfCaller:
        """All of the caller, and what names the number anywhere, as far as it is found in so many seconds.

        `told` hears how many payloads were read each time. Raises `LedgerError`.
        """
        # Without a number the choice would be of all.
        known = Choice(sources=caller.sources, numbers=caller.numbers) if caller.numbers else None
        found = set(ids_of(self.ledger, known)) if known else set()
        deadline, searched = Deadline(seconds), True
        for count, ids in mentions(self.ledger, caller.sources, caller.spellings):
            found.update(ids)
            told(count)
            if not deadline.remaining():
                searched = False
                break
        wishes = wishes_of_caller(self.wishes, caller.sources, caller.numbers, caller.spellings)
        calls = calls_of(caller.numbers, caller.sources).count_rows(self.ledger.database)
        return StoredOfCaller(list(entries_of(self.ledger, sorted(found))), wishes, calls, searched)

    def plan(self, stored: StoredOfCaller) -> Counter[Forgetting]:
        """How many callbacks and wishes would be removed, or left. Raises `LedgerError`."""
        now = self.ledger.now()
        planned = Counter(self.forget.plan(entry, now) for entry in stored.entries)
        discards = self.forget.discard is not None
        planned.update(plan_forgetting(wish, now, discard=discards) for wish in stored.wishes)
        return planned

    def run(self, caller: SoughtCaller, stored: StoredOfCaller) -> list[tuple[Entry | CallbackWish, Forgetting]]:
        """Removes it all, with the caller's served calls; says what became of each. Raises `LedgerError`."""
        calls = calls_of(caller.numbers, caller.sources)
        in_turns(lambda: calls.run(self.ledger.database), lambda _: None)
        discards = self.forget.discard is not None
        wishes = [(wish, forget_wish(self.wishes, wish, discard=discards)) for wish in stored.wishes]
        return [*((entry, self.forget.run(entry)) for entry in stored.entries), *wishes]

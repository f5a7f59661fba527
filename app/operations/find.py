"""Finds the entries that a person means: by what they have in common, or by a telephone number that they hold."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote_plus

from sqlalchemy import ColumnElement, or_

from app.domain.entry import Entry, State
from app.domain.reasons import Reason
from app.ledger.ledger import Ledger
from app.ledger.tables import entry

# Few enough to hold with their payloads, and for the parameters of one statement.
PAGE = 500
# What somebody may still have to care for.
OPEN = (State.RECEIVED, State.WAITING, State.REFUSED, State.FAILED, State.INVALID)


def usual_states(reasons: Collection[str]) -> Sequence[State]:
    """The states that are meant where none is named. What a rule has skipped is found by that reason alone."""
    return (*OPEN, State.DISCARDED) if Reason.SKIPPED_BY_RULE.word in reasons else OPEN


@dataclass(frozen=True)
class Choice:
    """All conditions have to be met; one that is empty is met by all.

    `since` and `before` are seconds since 1970, both about when the callback came. `numbers` are the codec's hashes.
    `with_payload` leaves out what nobody can care for any more, since what jtel sent has been removed. `dropped` leaves
    only the callbacks whose record was made without some of its fields; `reasons` are then why, `fields` which (they
    count with `dropped` only). `reconciled` leaves only what never came and was taken in from jtel.
    """

    states: Collection[State] = ()
    sources: Collection[str] = ()
    reasons: Collection[str] = ()
    rules: Collection[str] = ()
    since: float | None = None
    before: float | None = None
    numbers: Collection[str] = ()
    with_payload: bool = False
    dropped: bool = False
    fields: Collection[str] = ()
    reconciled: bool = False

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The same in SQL."""
        if self.states:
            yield entry.c.state.in_([state.value for state in self.states])
        if self.sources:
            # As an expression, lest SQLite looks through all that a source has ever sent, by the index for its events.
            yield (entry.c.source.concat("") if self.dropped else entry.c.source).in_(self.sources)
        if self.rules:
            yield entry.c.rule.in_(self.rules)
        if self.numbers:
            # What was edited is found by both its numbers.
            columns = entry.c.number_index, entry.c.original_number_index
            yield or_(*(column.in_(self.numbers) for column in columns))
        yield from self._by_dropped()
        if self.reconciled:
            yield entry.c.reconciled
        if self.with_payload:
            yield entry.c.purged_at.is_(None)
        yield from self._by_time()

    def _by_time(self) -> Iterator[ColumnElement[bool]]:
        if self.since is not None:
            yield entry.c.received_at >= self.since
        if self.before is not None:
            yield entry.c.received_at <= self.before

    def _by_dropped(self) -> Iterator[ColumnElement[bool]]:
        if not self.dropped:
            if self.reasons:
                yield entry.c.reason.in_(self.reasons)
            return
        yield entry.c.dropped.is_not(None)
        if self.fields or self.reasons:
            # As `pack_dropped` writes them: each word stands in quotes, so none is found in another.
            fields = [f'"field": "{field}", ' for field in self.fields] or [""]
            reasons = [f'"reason": "{reason}"' for reason in self.reasons] or [""]
            pairs = (field + reason for field in fields for reason in reasons)
            yield or_(*(entry.c.dropped.contains(pair, autoescape=True) for pair in pairs))


def entries_of(ledger: Ledger, ids: Sequence[int], *, with_payload: bool = True) -> Iterator[Entry]:
    """The entries with these ids, in this order, without those that are gone. Raises `LedgerError`."""
    rest = iter(ids)
    while page := list(islice(rest, PAGE)):
        found = ledger.select(entry.c.id.in_(page)) if with_payload else ledger.states(page)
        there = {one.id: one for one in found}
        yield from (there[one] for one in page if one in there)


def mentions(
    ledger: Ledger, sources: Collection[str], spellings: Collection[re.Pattern[str]]
) -> Iterator[tuple[int, list[int]]]:
    """Reads every payload, the latest first: how many were read each time, and which of them hold a spelling.

    Raises `LedgerError`.
    """
    of_sources = list(Choice(sources=sources, with_payload=True).conditions())
    before: list[ColumnElement[bool]] = []
    while spellings:
        page = ledger.select(*of_sources, *before, order=entry.c.id.desc(), limit=PAGE)
        if not page:
            return
        yield len(page), [one.id for one in page if _mentions(one, spellings)]
        before = [entry.c.id < page[-1].id]


def _mentions(one: Entry, spellings: Collection[re.Pattern[str]]) -> bool:
    texts = [part.decode("utf-8", "replace") for part in (one.body, one.query, one.edited) if part]
    # A form has its blanks and signs encoded.
    texts += [unquote_plus(text) for text in texts]
    return any(spelling.search(text) for text in texts for spelling in spellings)

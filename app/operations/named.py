"""Finds the callbacks that a person names, by whatever is at hand of one: in jtel, in Salesforce, in an answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.domain.entry import Entry
from app.domain.record_ids import record_id_spellings
from app.ledger.ledger import Ledger
from app.ledger.rows import pack_ids
from app.ledger.tables import LARGEST_ID
from app.ledger.tables import entry as rows

# What a column of 64 bits holds.
_LONGEST_NUMBER = len(str(LARGEST_ID))
# A sender may give all its requests one id, repeat what is not understood, or ask for one Case again and again: of
# these the latest are enough.
MOST = 100


@dataclass(frozen=True)
class Meaning:
    """A name that means these entries and no others, and what it names: "Case number"."""

    name: str
    what: str
    entries: Sequence[Entry]


class NamingError(Exception):
    """The name means no entry. The message is a sentence for whoever wrote it."""


class SeveralError(NamingError):
    """The name means several callbacks; `meanings` are to choose from."""

    def __init__(self, name: str, meanings: Sequence[Meaning]) -> None:
        names = " or ".join(one.name for one in meanings)
        super().__init__(f'"{name}" means several callbacks: write {names}.')
        self.meanings = meanings


def named(ledger: Ledger, name: str, sources: Sequence[str] = ()) -> list[Entry]:
    """The entries: one, or all of an event or of a Case; of these sources only, if there are any.

    Raises `NamingError`, and `SeveralError` where the name has several meanings; and `LedgerError`.
    """
    meanings = meanings_of(ledger, name, sources)
    if not meanings:
        of = f" of source {' or '.join(sources)}" if sources else ""
        raise NamingError(f'There is no callback "{name}"{of}. Looked for: {_looked_for(name)}.')
    if len(meanings) > 1:
        raise SeveralError(name, meanings)
    return list(meanings[0].entries)


def meanings_of(ledger: Ledger, name: str, sources: Sequence[str] = ()) -> list[Meaning]:
    """All that the name may mean, each set of entries once. Raises `LedgerError`."""
    # No name has others, and not every database takes them.
    if not name.isprintable():
        return []
    finder = _Finder(ledger, sources)
    kind, colon, rest = name.partition(":")
    meant = _each_once(_BY_KIND[kind](finder, rest)) if colon and kind in _BY_KIND else []
    return meant or _each_once(one for look in _BY_KIND.values() for one in look(finder, name))


def _each_once(meanings: Iterator[Meaning]) -> list[Meaning]:
    kept: dict[frozenset[int], Meaning] = {}
    for one in meanings:
        kept.setdefault(frozenset(entry.id for entry in one.entries), one)
    return list(kept.values())


def _looked_for(name: str) -> str:
    if "/" in name:
        return "an event of this source, written SOURCE/EVENT"
    looked = ["an id in the list"] if _is_id(name) else []
    looked += ["an event", "a Case number"]
    looked += ["a Case id"] if record_id_spellings(name) else []
    return f"{', '.join(looked)}, a request id"


def _is_id(name: str) -> bool:
    digits = name.isascii() and name.isdigit() and len(name) <= _LONGEST_NUMBER
    return digits and str(int(name)) == name and int(name) <= LARGEST_ID


@dataclass(frozen=True)
class _Finder:
    ledger: Ledger
    sources: Sequence[str]

    def by_id(self, name: str) -> Iterator[Meaning]:
        for one in self._select(rows.c.id == int(name)) if _is_id(name) else ():
            yield Meaning(f"id:{one.id}", "id in the list", [one])

    def by_event(self, name: str) -> Iterator[Meaning]:
        """`4711`, `berlin/4711`, `4711-2` for its second version, and the external id `berlin-4711`."""
        source, slash, event = name.rpartition("/")
        there = [source] if slash else self._all_sources()
        for one in there:
            if not self.sources or one in self.sources:
                yield from self._of_event(one, event)
                if not slash and event.startswith(f"{one}-"):
                    yield from self._of_event(one, event.removeprefix(f"{one}-"))

    def by_case(self, name: str) -> Iterator[Meaning]:
        number = rows.c.record_number == name, rows.c.record_number.is_not(None)
        yield from _by_case("Case number", self._latest(*number))
        spellings = record_id_spellings(name)
        if spellings:
            by_id = rows.c.record_id.in_(spellings), rows.c.record_id.is_not(None)
            yield from _by_case("Case id", self._latest(*by_id))

    def by_request(self, name: str) -> Iterator[Meaning]:
        for one in self._latest(rows.c.request_id == name):
            yield Meaning(f"id:{one.id}", "request id", [one])

    def _of_event(self, source: str, written: str) -> Iterator[Meaning]:
        event, dash, turn = written.partition("-")
        # jtel may write zeros before the number; it is kept without.
        ids = dict.fromkeys([event, event.lstrip("0")] if event.isdigit() else [event])
        for event_id in filter(None, ids):
            versions = self.ledger.of_event(source, event_id)
            if dash:
                versions = [one for one in versions if str(one.turn) == turn]
            else:
                versions += self._invalid(source, event_id)
            if versions:
                yield Meaning(f"{source}/{event_id}{dash}{turn}", "event", versions)

    def _invalid(self, source: str, event_id: str) -> list[Entry]:
        """The latest ones, of the ids in the index of what was not understood."""
        # Not LIKE: to SQLite a capital is the same as a small letter.
        without = func.replace(rows.c.invalid_event_ids, pack_ids([event_id]), "")
        naming = select(rows.c.id).where(
            rows.c.invalid_event_ids.is_not(None), without != rows.c.invalid_event_ids, *_of_sources([source])
        )
        # As an expression, lest the database goes through all entries in the order of their ids.
        latest = naming.order_by((rows.c.id + 0).desc()).limit(MOST)
        with self.ledger.database.read() as connection:
            ids = connection.execute(latest).scalars().all()
        return self.ledger.select(rows.c.id.in_(ids))

    def _latest(self, *conditions: ColumnElement[bool]) -> list[Entry]:
        return self._select(*conditions, order=rows.c.id.desc(), limit=MOST)[::-1]

    def _select(self, *conditions: ColumnElement[bool], **how: Any) -> list[Entry]:
        return self.ledger.select(*conditions, *_of_sources(self.sources), **how)

    def _all_sources(self) -> list[str]:
        """Those that the ledger knows, without reading every entry: by the index for events."""
        known = select(func.min(rows.c.source).label("source")).cte(recursive=True)
        following = select(func.min(rows.c.source)).where(rows.c.source > known.c.source).scalar_subquery()
        known = known.union_all(select(following).where(known.c.source.is_not(None)))
        with self.ledger.database.read() as connection:
            return [one for one in connection.execute(select(known.c.source)).scalars() if one is not None]


def _of_sources(names: Sequence[str]) -> list[ColumnElement[bool]]:
    # As an expression, lest SQLite looks through all that a source has ever sent, by the index for its events.
    return [rows.c.source.concat("").in_(names)] if names else []


def _by_case(what: str, entries: Sequence[Entry]) -> Iterator[Meaning]:
    """An org has each number once, but a ledger may have served several orgs."""

    def case(one: Entry) -> tuple[str, str]:
        spellings = record_id_spellings(one.record_id or "")
        return one.org_id or "", spellings[-1] if spellings else one.record_number or ""

    for (_, record), of_one in groupby(sorted(entries, key=lambda one: (case(one), one.id)), case):
        yield Meaning(f"case:{record}", what, list(of_one))


# What a name may be. The word stands before a name, with a colon, that is meant so and not otherwise.
_BY_KIND: Mapping[str, Callable[[_Finder, str], Iterator[Meaning]]] = {
    "id": _Finder.by_id,
    "event": _Finder.by_event,
    "case": _Finder.by_case,
    "request": _Finder.by_request,
}

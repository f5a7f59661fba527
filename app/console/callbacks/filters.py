"""The filters of the list as they stand in its address, so that it can be kept and sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app.console.callbacks.reading import QueryReading, write_place
from app.console.callbacks.spans import ALL, DEFAULT, SPANS, beginning, moment
from app.domain.entry import State
from app.domain.source import Source, clock_of
from app.operations.find import Choice
from app.operations.paging import FIRST, PageTurn

_STATES = {state.value: state for state in State}
_YES = ("1", "on", "true", "yes")


@dataclass(frozen=True)
class Filters:
    """`since` and `before` are as they were written, and count instead of `span`. `dropped` holds names of fields.

    `numbers` are hashes of telephone numbers. `unread` are the names of what was not understood.
    """

    states: tuple[State, ...] = ()
    reasons: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    span: str = DEFAULT
    since: str = ""
    before: str = ""
    dropped: bool = False
    reconciled: bool = False
    numbers: tuple[str, ...] = ()
    turn: PageTurn = FIRST
    unread: tuple[str, ...] = ()

    def choice(self, now: float, sources: Mapping[str, Source]) -> Choice:
        """The callbacks that they mean."""
        zone = clock_of(sources, self.sources)
        return Choice(
            states=self.states,
            sources=self.sources,
            reasons=self.reasons,
            rules=self.rules,
            since=moment(self.since, zone) if self.since else None if self.before else beginning(self.span, now, zone),
            before=moment(self.before, zone) if self.before else None,
            numbers=self.numbers,
            dropped=self.dropped,
            fields=self.fields,
            reconciled=self.reconciled,
        )

    def query(self, **changes: Any) -> str:
        """The query of an address, with these changes; another page is no part of it, but for `turn`."""
        return urlencode(list(_pairs(replace(self, **{"turn": replace(self.turn, past=None, back=False), **changes}))))

    def without(self, name: str, value: Any) -> str:
        """The query without one value of a filter."""
        return self.query(**{name: tuple(one for one in getattr(self, name) if one != value)})

    @property
    def timed(self) -> bool:
        """Whether they name a time, and no span."""
        return bool(self.since or self.before)


def filters_of(query: MultiDict[str, str], sources: Mapping[str, Source]) -> Filters:
    """What the query says. What is not understood is left out, and named in `unread`."""
    reading = QueryReading(query)
    sources_asked = reading.several("source")
    zone = clock_of(sources, sources_asked)
    fields = reading.several("dropped")
    return Filters(
        states=tuple(_STATES[one] for one in reading.several("state", _STATES)),
        reasons=reading.several("reason"),
        sources=sources_asked,
        rules=reading.several("rule"),
        fields=tuple(one for one in fields if one not in _YES),
        span=reading.only("span", SPANS) or (ALL if query.get("number") else DEFAULT),
        since=reading.time("since", zone),
        before=reading.time("before", zone),
        dropped=bool(fields),
        reconciled=reading.only("reconciled") in _YES,
        numbers=reading.numbers(),
        turn=PageTurn(*reading.place(), oldest_first=reading.only("sort") == "oldest"),
        unread=tuple(dict.fromkeys(reading.unread)),
    )


def _pairs(filters: Filters) -> Iterator[tuple[str, str]]:
    yield from (("state", state.value) for state in filters.states)
    several = {
        "reason": filters.reasons,
        "source": filters.sources,
        "rule": filters.rules,
        "number": filters.numbers,
        "dropped": filters.fields or (("1",) if filters.dropped else ()),
    }
    yield from ((name, value) for name, values in several.items() for value in values)
    single = {
        "reconciled": "1" if filters.reconciled else "",
        "span": filters.span if filters.span != (ALL if filters.numbers else DEFAULT) and not filters.timed else "",
        "since": filters.since,
        "before": filters.before,
        "sort": "oldest" if filters.turn.oldest_first else "",
        "after": write_place(filters.turn.past, back=filters.turn.back) if filters.turn.past else "",
    }
    yield from ((name, value) for name, value in single.items() if value)

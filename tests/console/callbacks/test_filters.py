"""What the address of the list says, and nothing that anybody writes into one is a fault."""

import random
from datetime import UTC
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict

from app.console.callbacks.filters import Filters, filters_of
from app.console.callbacks.spans import SPANS, beginning, moment
from app.domain.entry import State
from app.domain.source import Source
from app.operations.paging import PageTurn
from app.operations.ways import ListPlace

SOURCES = {
    "default": Source("default", ZoneInfo("Europe/Berlin"), "DE"),
    "lisbon": Source("lisbon", ZoneInfo("Europe/Lisbon"), "PT"),
}
NOW = 1_795_000_000.0
HASH = "0123456789abcdef" * 2


def read(query: str) -> Filters:
    return filters_of(MultiDict(parse_qsl(query, keep_blank_values=True)), SOURCES)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "state=failed&state=waiting&reason=crm_timeout&source=lisbon&rule=b2b",
        "dropped=1",
        "dropped=OwnerId&dropped=Reason&span=30d",
        "reconciled=1&span=all&sort=oldest",
        f"number={HASH}",
        f"number={HASH}&span=today",
        "since=2026-11-21T10%3A00&before=2026-11-21T12%3A00",
    ],
)
def test_says_the_same_again(query: str) -> None:
    """What was read is written as it was."""
    assert query == read(query).query()
    assert () == read(query).unread


@pytest.mark.parametrize(
    "place", [ListPlace(1_795_863_660.4675813, 4711), ListPlace(0.1, 1), ListPlace(1e9, 2**60 - 1)]
)
@pytest.mark.parametrize("back", [False, True])
def test_place_is_exact(place: ListPlace, back: bool) -> None:
    """The next page begins just behind this one: not a microsecond is lost."""
    turn = PageTurn(place, back)

    assert turn == read(Filters().query(turn=turn)).turn


def test_choice() -> None:
    """The filters mean these callbacks; times are those of the source that is asked for."""
    choice = read("state=failed&source=lisbon&since=2026-11-21T10:00&dropped=OwnerId").choice(NOW, SOURCES)

    assert ((State.FAILED,), ("lisbon",), True, ("OwnerId",)) == (
        choice.states,
        choice.sources,
        choice.dropped,
        choice.fields,
    )
    assert moment("2026-11-21T10:00", UTC) == choice.since
    assert read("since=2026-11-21T11:00").choice(NOW, SOURCES).since == choice.since


def test_every_list_has_a_span() -> None:
    """Without one it is that of a week; one that has no beginning was asked for."""
    assert NOW - 7 * 86_400 == read("").choice(NOW, SOURCES).since
    assert [None] == [beginning(one, NOW, UTC) for one in SPANS if one == "all"]
    assert all(beginning(one, NOW, UTC) for one in SPANS if one != "all")
    assert read(f"number={HASH}").choice(NOW, SOURCES).since is None


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("state=lost", "state"),
        ("since=yesterday", "since"),
        ("before=nan", "before"),
        ("before=1e300", "before"),
        ("since=0001-01-01T00:00", "since"),
        ("since=9999-12-31T23:59%2B00:00", "since"),
        ("after=1", "after"),
        ("number=4930901820", "number"),
        ("rule=a%00b", "rule"),
        (f"rule={'x' * 300}", "rule"),
        ("span=forever", "span"),
        ("&".join(f"reason=r{number}" for number in range(100)), "reason"),
    ],
)
def test_what_is_not_understood_is_told(query: str, name: str) -> None:
    """It is left out, and the page names it: nobody takes the list for what it is not."""
    assert (name,) == read(query).unread
    read(query).choice(NOW, SOURCES)


def test_nothing_is_a_fault() -> None:
    """However odd the values are."""
    chance = random.Random(4711)
    names = ["state", "reason", "source", "rule", "since", "before", "span", "dropped", "reconciled", "number"]
    signs = "0123456789.-+:_Te\x00\n'\"%&=äß\ud800\u202eZ"
    for _ in range(3000):
        values = ["".join(chance.choices(signs, k=chance.randrange(12))) for _ in range(4)]
        pairs = [(chance.choice([*names, "sort", "after"]), value) for value in values]
        filters = filters_of(MultiDict(pairs), SOURCES)
        filters.choice(NOW, SOURCES)
        assert filters.query() == read(filters.query()).query(), urlencode(pairs, errors="replace")

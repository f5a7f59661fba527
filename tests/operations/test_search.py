"""What somebody means who writes into one box, on both databases."""

import pytest

from app.domain.entry import State
from app.operations.search import Sought, search
from tests.support.desk import NUMBER, Desk


def sought(desk: Desk, text: str) -> Sought:
    return search(desk.ledger, desk.config.sources.values(), text)


@pytest.mark.parametrize(
    "text", ["+4930901820", "030 901820", "0049 30 901820", "(030) 90-18-20", NUMBER, f"{NUMBER}.0"]
)
def test_number(desk: Desk, text: str) -> None:
    """A number is found in any spelling, and known for one."""
    desk.add()

    found = sought(desk, text)
    assert ([desk.ledger.codec.number(f"+{NUMBER}")], True) == (list(found.numbers), found.is_number)
    assert [] == found.meanings


def test_each_country(desk: Desk) -> None:
    """What two sources take for numbers of two countries is looked for as both."""
    numbers = {f"+{NUMBER}", "030901820"}
    for number in numbers:
        desk.add(fields={"Caller": number})

    assert {desk.ledger.codec.number(f"+{NUMBER}")} <= set(sought(desk, "030901820").numbers)


@pytest.mark.parametrize("text", ["00001027", "500000000000123AAA", "500000000000123", "7000000001", "a-request"])
def test_name(desk: Desk, text: str) -> None:
    """So are Case number, Case id in both lengths, event and request id."""
    known = {"record_number": "00001027", "record_id": "500000000000123AAA"}
    entry = desk.add(State.DELIVERED, {"AcdEventsID": 7_000_000_001}, **known)

    (meaning,) = sought(desk, text).meanings
    assert [entry.id] == [one.id for one in meaning.entries]


@pytest.mark.parametrize("text", ["no such", "x" * 200, "\x00", "'", "%", "case:", "/", "\u202e1", "9" * 60])
def test_nothing(desk: Desk, text: str) -> None:
    """What means nothing finds nothing, whatever it is."""
    desk.add()

    found = sought(desk, text)
    assert ([], []) == (list(found.meanings), list(found.numbers))


def test_what_a_case_is_the_case_of(desk: Desk) -> None:
    """However many callbacks name one Case, a search reads only the latest of them."""
    for _ in range(103):
        desk.add(State.DELIVERED, record_number="00001027", record_id="500000000000123AAA")

    (meaning,) = sought(desk, "00001027").meanings
    assert 100 == len(meaning.entries)

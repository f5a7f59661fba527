"""Which callbacks belong to a Case that has asked for them, and what it costs to find out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from app import translation
from app.delivery.case.wished import Wished
from app.domain.callback import Callback
from app.domain.callback_wish import SUBJECT, WishState
from app.domain.entry import State
from app.domain.errors import CrmError
from app.ledger.wishes import Wishes
from tests.support.desk import NUMBER, Desk
from tests.support.postgres import RunningPostgres

GERMAN_SUBJECT = translation.of("de").gettext(SUBJECT)
CASES = ("500Rb0000000001IAA", "500Rb0000000002IAA")


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A ledger on each database."""
    server: RunningPostgres | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    desk = Desk(tmp_path, url=server.create_ledger() if server else None)
    yield desk
    desk.ledger.database.close()


@pytest.fixture
def wishes(desk: Desk) -> Wishes:
    return Wishes(desk.ledger.database, desk.ledger.codec)


@contextmanager
def statements(desk: Desk) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(desk.ledger.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(desk.ledger.database.engine, "before_cursor_execute", note)


def add(wishes: Wishes, state: WishState, event_id: str | None, case_id: str = CASES[0], seconds: float = 60) -> int:
    new = {"source": "default", "case_id": case_id, "wish_key": str(len(wishes.select())), "asked": b"{}"}
    stored, _ = wishes.store({**new, "request_id": "r", "lease": "l"}, f"+{NUMBER}", seconds)
    wishes.change(stored.id, lambda *_: {"state": state, "event_id": event_id})
    return stored.id


def callback(desk: Desk, event_id: str, case_id: str | None = None, number: str = f"+{NUMBER}") -> Callback:
    source = desk.config.sources["default"]
    return Callback(source, event_id, datetime.now(UTC), callback_number=number, salesforce_id=case_id)


def found(desk: Desk, wishes: Wishes, event_id: str, *arguments: Any, **more: Any) -> int | None:
    entry = desk.add(State.RECEIVED, {"AcdEventsID": int(event_id)}, **more)
    wished = Wished(wishes, lambda _: True).of(entry, callback(desk, event_id, *arguments))
    return wished.wish.id if wished else None


def test_costs_nothing_without_a_way_back(desk: Desk, wishes: Wishes) -> None:
    """A source without one asks the ledger for nothing; one with it, once."""
    entry = desk.add(State.RECEIVED, {"AcdEventsID": 1})
    with statements(desk) as without:
        Wished(wishes, lambda _: False).of(entry, callback(desk, "1", CASES[0]))
    with statements(desk) as within:
        Wished(wishes, lambda _: True).of(entry, callback(desk, "1", CASES[0]))

    assert [] == without
    assert ["wish"] == [one.partition("FROM ")[2].split()[0] for one in within if one.startswith("SELECT")]


@pytest.mark.parametrize("case_id", [None, *CASES])
def test_by_event(desk: Desk, wishes: Wishes, case_id: str | None) -> None:
    """The event that jtel has answered with is the wish's, whatever else the callback names."""
    wish = add(wishes, WishState.REQUESTED, "7")

    assert wish == found(desk, wishes, "7", case_id, "+4930000000")
    assert found(desk, wishes, "8", case_id) is None


def test_of_several_with_one_event(desk: Desk, wishes: Wishes) -> None:
    """The Case that the callback names counts, else the one for which the event was made."""
    updated = add(wishes, WishState.EXISTING_EVENT, "7")
    made = add(wishes, WishState.REQUESTED, "7", CASES[1])

    assert updated == found(desk, wishes, "7", CASES[0])
    assert made == found(desk, wishes, "7", None, turn=1)


@pytest.mark.parametrize("state", [WishState.ASKING, WishState.UNKNOWN])
def test_by_case_and_number(desk: Desk, wishes: Wishes, state: WishState) -> None:
    """While its event is not known, Case and number have to be the wish's."""
    wish = add(wishes, state, None)

    assert wish == found(desk, wishes, "7", CASES[0])
    assert wish == found(desk, wishes, "8", CASES[0][:15])
    assert found(desk, wishes, "9", CASES[1]) is None
    assert found(desk, wishes, "10", CASES[0], "+4930901821") is None
    assert found(desk, wishes, "11", "003Rb0000000001IAA") is None


@pytest.mark.parametrize(
    ("subject", "sure"),
    [(None, True), (f" {SUBJECT}", True), (f"{GERMAN_SUBJECT} ", True), ("Heating", False)],
)
def test_surely_its_answer(desk: Desk, wishes: Wishes, subject: str | None, sure: bool) -> None:
    """While its event is not known, only the subject asked for settles the wish, and only if no other wish waits."""
    wish, entry = add(wishes, WishState.UNKNOWN, None), desk.add(State.RECEIVED, {"AcdEventsID": 7})
    wished, came = Wished(wishes, lambda _: True), replace(callback(desk, "7", CASES[0]), subject=subject)
    first = wished.of(entry, came)
    add(wishes, WishState.ASKING, None)
    second = wished.of(entry, came)

    assert first is not None
    assert second is not None
    assert [(wish, sure), (wish, False)] == [(one.wish.id, one.sure) for one in (first, second)]


@pytest.mark.parametrize("case_id", [None, CASES[0], CASES[1], "003Rb0000000001IAA"])
def test_event_that_was_there(desk: Desk, wishes: Wishes, case_id: str | None) -> None:
    """An event that was there before the wish is a caller's own if it names another record, or is another wish's."""
    added, lost = add(wishes, WishState.EXISTING_EVENT, "7"), add(wishes, WishState.UNKNOWN, None, CASES[1])

    assert {None: added, CASES[0]: added, CASES[1]: lost}.get(case_id) == found(desk, wishes, "7", case_id)


@pytest.mark.parametrize("state", [WishState.REFUSED, WishState.DISCARDED])
def test_what_is_over(desk: Desk, wishes: Wishes, state: WishState) -> None:
    """A wish of which surely nothing came waits for no callback."""
    add(wishes, state, None)

    assert found(desk, wishes, "7", CASES[0]) is None


def test_waits_for_the_answer(desk: Desk, wishes: Wishes) -> None:
    """A callback of the number that names no record waits as long as jtel is being asked, and no longer."""
    wish = add(wishes, WishState.ASKING, None)
    with pytest.raises(CrmError) as caught:
        found(desk, wishes, "7")
    wishes.change(wish, lambda *_: {"state": WishState.UNKNOWN})

    assert "crm_busy" == caught.value.reason.word
    assert found(desk, wishes, "8") is None

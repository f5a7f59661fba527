"""What a name means, on both databases."""

import pytest
from sqlalchemy import event

from app.operations import named
from tests.support.desk import Desk


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "MOST", 2)


def ids(desk: Desk, name: str, *sources: str) -> list[int]:
    return [one.id for one in named.named(desk.ledger, name, sources)]


def test_what_others_send_hides_nothing(desk: Desk) -> None:
    """Of what was not understood the latest of the asked source are found, however many others name the event."""
    mine = [desk.add_invalid(b'{"AcdEventsID": "a4711"}', "berlin-2").id for _ in range(3)]
    for _ in range(3):
        desk.add_invalid(b'{"AcdEventsID": "a4711"}')
        desk.add_invalid(b'{"AcdEventsID": "A4711"}', "berlin-2")
        desk.add_invalid(b'{"AcdEventsID": "a47110"}', "berlin-2")

    assert mine[-2:] == ids(desk, "a4711", "berlin-2") == ids(desk, "berlin-2/a4711")


def test_is_found_by_an_index(desk: Desk) -> None:
    """Not every entry is read to find those that were not understood."""
    if not desk.ledger.database.sqlite:
        return
    asked: list[tuple[str, tuple[object, ...]]] = []
    mine = desk.add_invalid(b'{"AcdEventsID": 4711}').id
    with desk.ledger.database.read() as connection:
        event.listen(connection.engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    assert [mine] == ids(desk, "default/4711")

    ((statement, parameters),) = [one for one in asked if "replace(" in one[0]]
    with desk.ledger.database.read() as connection:
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
    assert "entry_by_invalid_event" in plan

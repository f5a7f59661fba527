"""No filter of the list reads all callbacks: the plan of every statement that a page needs, on both databases."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, text

from app.domain.entry import State
from app.ledger.database import Database
from app.ledger.tables import entry as rows
from app.operations import ways
from app.operations.find import Choice
from app.operations.paging import PageTurn, find_page
from app.operations.ways import ListPlace
from tests.operations.test_paging import CHOICES
from tests.support.desk import Desk
from tests.support.writing import writing

ROWS = 20_000
NUMBERS = [Choice(numbers=("n1",)), Choice(numbers=("n1", "n2"), states=(State.DELIVERED,))]
TURNS = [
    PageTurn(),
    PageTurn(oldest_first=True),
    PageTurn(ListPlace(5_000.5, 7)),
    PageTurn(ListPlace(5_000.5, 7), back=True),
]
# All rows would be read, or (as SQLite says it) sorted.
BAD = re.compile(r"SCAN entry\b(?! USING)|TEMP B-TREE|Seq Scan on entry\b", re.M)


@pytest.fixture
def large(desk: Desk) -> Desk:
    """A ledger whose callbacks are mostly delivered, a second after each other."""
    desk.add(State.DELIVERED)
    database = desk.ledger.database
    names = [one.name for one in rows.c if one.name not in ("id", "event_id", "number_index", "received_at", "state")]
    series = (
        f"WITH RECURSIVE s(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM s WHERE n < {ROWS}) SELECT n FROM s"
        if database.sqlite
        else f"SELECT generate_series(2, {ROWS}) AS n"
    )
    copied = ", ".join(f'entry."{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    state = "CASE WHEN n % 500 = 0 THEN 'failed' WHEN n % 500 = 1 THEN 'waiting' ELSE 'delivered' END"
    with writing(database) as connection:
        connection.execute(
            text(
                f"INSERT INTO entry (id, event_id, number_index, received_at, state, {listed}) "
                f"SELECT n + 1000, 'e' || n, 'n' || n, n, {state}, {copied} FROM entry, ({series}) AS numbers"
            )
        )
        if not database.sqlite:
            connection.execute(text("ANALYZE entry"))
    return desk


@pytest.fixture
def asked(large: Desk) -> Iterator[dict[str, Any]]:
    """The statements that are asked of it, with their values."""
    seen: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM entry" in statement:
            seen.setdefault(statement, parameters)

    event.listen(large.ledger.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(large.ledger.database.engine, "before_cursor_execute", note)


def test_plans(large: Desk, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each statement goes by an index that has the callbacks in the order of time."""
    database = large.ledger.database
    # Few enough that a look ends before the ledger does.
    for limit in (50, 1_000):
        monkeypatch.setattr(ways, "IN_ROWS", limit)
        monkeypatch.setattr(ways, "IN_INDEX", limit)
        asked.clear()
        for choice, turn in product([*CHOICES[::13], *NUMBERS], TURNS):
            find_page(large.ledger, choice, 50, turn)
        plans = {statement: plan(database, statement, parameters) for statement, parameters in list(asked.items())}

        assert len(plans) > 100
        for statement, said in plans.items():
            assert not BAD.search(said), f"{limit}: {statement}\n{said}"


def plan(database: Database, statement: str, parameters: Any) -> str:
    explain = "EXPLAIN QUERY PLAN " if database.sqlite else "EXPLAIN "
    with database.read() as connection:
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))

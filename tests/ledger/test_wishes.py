"""Wishes on both databases: each stored once, changed under a lock, found by event and by number."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, select, text

from app.domain.callback_wish import WishState, accept, arrive, claim, fail
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.seal import Seal
from app.ledger.tables import wish as rows
from app.ledger.wishes import Wishes

NUMBER = "+4930901820"
CASE = "500Rb0000000001IAA"


@pytest.fixture
def wishes(database: Database) -> Wishes:
    return Wishes(database, Codec(b"a key for tests"))


def new(lease: str = "mine", **other: Any) -> dict[str, Any]:
    asked = b'{"number": "+4930901820"}'
    return {
        "source": "default",
        "case_id": CASE,
        "wish_key": "k",
        "asked": asked,
        "request_id": "r",
        "lease": lease,
        **other,
    }


def test_many_at_once(wishes: Wishes) -> None:
    """Of many that come together one is stored, and only that one is told so."""
    with ThreadPoolExecutor(20) as pool:
        stored = list(pool.map(lambda lease: wishes.store(new(str(lease)), NUMBER, 60), range(20)))

    assert 1 == [fresh for _, fresh in stored].count(True)
    assert 1 == len({wish.id for wish, _ in stored})
    (lease,) = {wish.lease for wish, _ in stored}
    assert [str(number) == lease for number in range(20)] == [fresh for _, fresh in stored]


@pytest.mark.parametrize("other", [{"source": "berlin"}, {"case_id": "500Rb0000000002IAA"}, {"wish_key": "l"}])
def test_identity(wishes: Wishes, other: dict[str, Any]) -> None:
    """Source, Case and key make a wish."""
    first, _ = wishes.store(new(), NUMBER, 60)
    second, fresh = wishes.store(new(**other), NUMBER, 60)

    assert fresh
    assert first.id != second.id


def test_only_one_claims(wishes: Wishes) -> None:
    """Of many who ask again for what was refused, one may."""
    stored, _ = wishes.store(new(), NUMBER, 60)
    wishes.change(stored.id, fail("mine", "jtel_failed", "No.", unknown=False))
    with ThreadPoolExecutor(20) as pool:
        leases = list(pool.map(lambda lease: wishes.change(stored.id, claim(str(lease), 60, {})), range(20)))

    assert 1 == len({one.lease for one in leases if one})
    assert {WishState.ASKING} == {one.state for one in leases if one}


def test_found_by_event_and_number(wishes: Wishes) -> None:
    """By its event; and by its number as long as its event is not known."""
    stored, _ = wishes.store(new(), NUMBER, 60)

    assert [stored.id] == [one.id for one in wishes.of_callback("default", "7", NUMBER)]
    assert [] == wishes.of_callback("default", "7", "+4930901821")
    assert [] == wishes.of_callback("default", "7", None)
    assert [] == wishes.of_callback("berlin", "7", NUMBER)
    wishes.change(stored.id, accept("7", updated=False))
    assert [stored.id] == [one.id for one in wishes.of_callback("default", "7", None)]
    assert [] == wishes.of_callback("default", "8", NUMBER)
    wishes.change(stored.id, arrive("7"))
    found = wishes.get(stored.id)
    assert found is not None
    assert found.arrived_at is not None


def test_read_is_indexed(wishes: Wishes, database: Database) -> None:
    """However many wishes there are, a callback looks at few of them."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "FROM wish" in statement:
            asked.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    wishes.of_callback("default", "7", NUMBER)
    event.remove(database.engine, "before_cursor_execute", note)
    ((statement, values),) = asked
    with database.read() as connection:
        if not database.sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
        plan = "\n".join(str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", values))

    assert "wish_by_event" in plan
    assert "wish_by_number" in plan


def test_sealed(database: Database) -> None:
    """With a key, what was asked for is encrypted, and the number is a keyed hash."""
    from cryptography.fernet import Fernet

    wishes = Wishes(database, Codec(b"key", Seal([Fernet.generate_key().decode()])))
    stored, _ = wishes.store(new(), NUMBER, 60)
    with database.read() as connection:
        (row,) = connection.execute(select(rows)).all()

    assert b"4930901820" in stored.asked
    assert not [value for value in row if b"4930901820" in str(value).encode()]

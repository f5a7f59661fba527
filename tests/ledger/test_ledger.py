"""The rows: one for each version of an event, changed under a lock."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, func, insert, select

from app.domain.entry import Entry, State
from app.domain.record import Dropped
from app.ledger.ledger import Attempted, Ledger
from app.ledger.tables import entry as rows
from tests.ledger.conftest import new, receive, without_payload
from tests.support.patience import PATIENCE
from tests.support.writing import writing


def test_what_comes_is_what_is_read(ledger: Ledger) -> None:
    """Payload bytes of any kind, lease and time are there from the first moment."""
    stored = receive(ledger, body=b"\x00\xff{", query=b"a=\xe4")
    read = ledger.get(stored.id)

    assert stored == read
    assert (b"\x00\xff{", b"a=\xe4", "mine") == (stored.body, stored.query, stored.lease)
    assert 59 < (stored.lease_until or 0) - stored.received_at < 61
    assert abs(ledger.now() - stored.received_at) < 5


def test_one_of_many_wins(ledger: Ledger) -> None:
    """Of thirty-two requests for one event at once one stores it, and all others learn that it is there."""
    with ThreadPoolExecutor(32) as pool:
        stored = list(pool.map(lambda number: ledger.receive(new(), None, f"lease-{number}", 60), range(32)))

    assert 1 == sum(entry is not None for entry in stored)
    assert 1 == len(ledger.of_event("default", "1"))


def test_turns_and_sources_are_apart(ledger: Ledger) -> None:
    """Another version of an event, and the same id of another source, are rows of their own."""
    receive(ledger)
    receive(ledger, turn=2, external_id="default-1-2")
    receive(ledger, source="berlin", external_id="berlin-1")

    assert [1, 2] == [entry.turn for entry in ledger.of_event("default", "1")]


def test_invalid_rows_do_not_clash(ledger: Ledger) -> None:
    """What has no event id is kept as often as it comes."""
    for _ in range(2):
        receive(ledger, event_id=None, external_id=None, state=State.INVALID)

    assert 2 == len(ledger.select(rows.c.state == "invalid"))


def test_what_is_kept_without_a_lease(ledger: Ledger) -> None:
    """What could not be understood has neither an event nor a lease, and is kept each time."""
    values = {name: value for name, value in new(state=State.INVALID).items() if name not in ("event_id", "rule")}
    kept = [ledger.receive({**values, "external_id": None}, None, None, 0) for _ in range(2)]
    entries = [received[0] for received in kept if received]

    assert 2 == len(entries)
    assert entries == [ledger.get(one.id) for one in entries]


def test_changes_do_not_overtake_each_other(ledger: Ledger) -> None:
    """Changes of one row at once each see what the one before has made of it."""
    stored = receive(ledger)
    with ThreadPoolExecutor(16) as pool:
        list(
            pool.map(
                lambda _: ledger.change(stored.id, lambda current, _now: {"attempts": current.attempts + 1}), range(64)
            )
        )
    changed = ledger.get(stored.id)

    assert changed is not None
    assert 64 == changed.attempts


def test_attempts_are_kept_with_the_change(ledger: Ledger) -> None:
    """An attempt and what it changed are one transaction; the row may stay as it is."""
    stored = receive(ledger)
    attempted = Attempted(1.0, 20, "web", "failed", "abc", "crm_timeout", None)
    unchanged = ledger.change(stored.id, lambda _current, _now: None, attempted)
    (kept,) = ledger.attempts(stored.id)

    assert without_payload(stored) == unchanged
    assert ("web", "crm_timeout", 20) == (kept.runner, kept.reason, kept.ms)


def test_a_row_that_is_gone(ledger: Ledger) -> None:
    """To change what is not there changes nothing."""
    assert ledger.change(4711, lambda _current, _now: {"attempts": 1}) is None


def test_numbers_are_found_by_their_hash(ledger: Ledger) -> None:
    """A number is not in the row, but who knows it finds the row."""
    stored = receive(ledger)
    found = ledger.select(rows.c.number_index == ledger.codec.number("+4930901820"))

    assert [stored.id] == [entry.id for entry in found]
    assert "901820" not in str(ledger.codec.number("+4930901820"))


def hold_number(ledger: Ledger, connection: Connection) -> None:
    """As another process does that stores a callback of this number in order."""
    if not ledger.database.sqlite:
        number = int(str(ledger.codec.number("+4930901820"))[:15], 16)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def test_ids_of_a_number_follow_the_commits(ledger: Ledger) -> None:
    """Who is stored in order waits for an earlier callback of the number that is not committed yet."""
    lower: list[int] = []

    def second() -> tuple[Entry, bool] | None:
        return ledger.receive(new("2"), "+4930901820", "yours", 60, in_order=True)

    with ThreadPoolExecutor(1) as pool:
        with writing(ledger.database) as connection:
            hold_number(ledger, connection)
            values = {**new("1", state="received"), "promised": False, "unknown": False, "received_at": 1.0}
            lower.append(connection.execute(insert(rows).values(values).returning(rows.c.id)).scalar_one())
            waits = pool.submit(second)
            with pytest.raises(TimeoutError):
                waits.result(0.3)
        received = waits.result(PATIENCE)

    assert received is not None
    assert lower == [one.id for one in ledger.select(rows.c.id < received[0].id)]


def test_other_numbers_do_not_wait(ledger: Ledger) -> None:
    """In Postgres only the callbacks of one number wait for each other."""
    if ledger.database.sqlite:
        return
    with writing(ledger.database) as connection:
        hold_number(ledger, connection)

        assert ledger.receive(new("2"), "+4989123456", "yours", 60, in_order=True) is not None


def test_what_was_dropped_comes_back(ledger: Ledger) -> None:
    """Dropped fields and their reasons are kept, readable for other programs, and none are none."""
    entry = receive(ledger)
    dropped = (Dropped("OwnerId", "queue_not_found"), Dropped("Reason", "value_invalid"))
    ledger.change(entry.id, lambda *_: {"dropped": dropped})
    kept = ledger.get(entry.id)
    with ledger.database.read() as connection:
        stored = connection.execute(select(rows.c.dropped)).scalar_one()
    ledger.change(entry.id, lambda *_: {"dropped": ()})
    none = ledger.get(entry.id)

    assert kept is not None
    assert none is not None
    assert (dropped, ()) == (kept.dropped, none.dropped)
    assert [{"field": one.field, "reason": one.reason} for one in dropped] == json.loads(stored)
